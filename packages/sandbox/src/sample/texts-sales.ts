/** Threads on the sales line and on Theo's own. Notation: texts.ts. */
export const salesTexts = `
# quarry sales/theo
b18 17:48 < heres the 2 statements, my daughter took the pics so blame her if theyre crooked [statement-1.jpg, statement-2.jpg]
+12 > Crooked but readable, Dale. Give me two days and you get every line explained.
b5 11:52 < its in. wes left, dog misses him
+6 > Ha! How did the first sale go?
+3 < 2 brake jobs, 41 seconds, no swearing. new record
b1 17:31 < ran the numbers on the first week. my daughter says ok you were telling the truth

# larkspur sales/theo
b2 08:41 < Sister is in, so make it three handhelds. She sells better than me anyway
+9 > Three it is. One catch: the cradles are late at the distributor, you'd get USB cables for now.
+2 < Cables are fine as long as they survive two thousand brides
m140 < Do the three come in one box or separate? Neighbor signs for us
+5 > One box, about the size of a shoebox, tracking follows tonight. {sent}

# magpie theo/theo
b19 15:52 > The one page I promised: 2.6% plus 10 cents, no monthly fee, no contract, reader 49 dollars once. That's all of it. Theo
b18 21:14 < ok that is suspiciously short. where's the fine print
b17 09:30 > On the back there's only my lunch order. Seriously, that's the whole thing.
+44 < what did you have
+3 > Egg salad. I regret nothing.
b9 10:05 > Zoe, no pressure, I said I'd leave you alone and then my reminder popped up. Still want the reader?
b8 22:37 < still thinking. by which i mean my phone fell in a bucket of saddle soap and i've been offline for a week
b3 11:15 > Hope the phone smells nice now. The offer's still the same if you want it. {undelivered}

# goldenrod sales/wes
b19 12:38 < Do you folks do food stamps? I get asked daily and I feel like a heel saying no
+25 > We do. There's a state form first. Give me a ring when you have ten minutes?
b18 14:02 > Link to the permit form: fns.example/apply. Say "farm market", not "grocery", it's half the questions.
+55 < Halfway through. They want to know how many eggs. How many eggs!
b12 07:20 < form is in. 31 dozen a day was my answer
b3 06:58 < permit number came this morning, half the time they said. mailed it to the office
+97 > Great news, Anders. I'll switch it on before noon.
b1 13:40 < first EBT sale, a grandmother with two kids, turnips and cheese. made my day honestly

# mapleview sales/wes
b15 15:15 < Sheila here, is the ten dollars a month per reader or for the whole office?
+8 > For the whole office, however many readers you have.
+2 < Then we're taking a second one for the hygiene side. Doctor just doesn't know it yet

# foxglove theo/theo
b13 10:22 < Hello Theo, it's Miriam (books). My children's hour author moved to {day+1}. Can we have the demo a few days later?
+15 > Of course. Would {day+5} work, same time?
+40 < Yes, four thirty. There will be leftover cookies.
+2 > Now I'm definitely coming.
b5 17:12 < Signed, scanned and sent. My nephew asks if he can keep the login page design, it has a fox
+6 > The fox stays. Tell him it's a good fox.

# lotus sales/wes
b9 19:03 < I SIGN the lease today!!! new shop is 2 door down, number 418
b7 20:11 < my sister ask page 4, what is "early termination"
b6 09:02 > It means if you leave within the first year you pay 95. After that nothing. I can cross it out if it worries her.
+18 < she say cross it out please
+5 > Done, new page 4 is coming by mail today.
b2 13:26 < stickers are so pretty 😍 my friend want also
b1 18:15 < opening is the first saturday, you come for free manicure ok?

# fogline theo/theo
b15 22:51 < Statements and a contract are in your mail. Excuse the coffee ring on page 2
b11 12:20 < Made it out of the elevator. What was the high ticket you put me down for again? 20?
+14 > 25. And I passed your refund policy on word for word.
b4 15:33 > Underwriting says yes, Teresa, no conditions. Your first big deposit can run on {day+2}.
+6 < You're kidding. No "subject to"? No "pending"? I'm framing this text

# fogline:2 theo/theo
b2 20:02 < it's teresa on the other phone, just ran 11,400 for the museum gala. approved in 3 seconds and nobody called me a criminal

# mainst theo/theo
b14 16:40 < lease draft in your mail. also my partner Dee wants to be on the texts
b5 18:03 < SIGNED. 2 hundred less. Dee cried on command, its a gift

# mainst,+14195550166 theo/theo
b2 16:01 > Tyrell, Dee: I'll be at Fifth Avenue on {day+1} at nine with the reader. Anything else you'd like me to bring?
+7 <2 Dee here. A long charger cable please, outlets are all by the window
+5 < and a box of donuts
+1 <2 he's joking. he's not joking
b1 09:52 > Reader is up, Dee closed out a test batch faster than me. Tyrell, watch your job.
+9 < I been watching it for years

# pelican sales/wes
b14 16:12 > Auto-close is set for 8:45 pm at both sites, Marcus. First early deposit should show up on {day+2}.
b3 10:58 < Numbers for my sites: Bo (electric) 937-555-0166, Tasha (site) 937-555-0167

# pelican,+19375550166,+19375550167 sales/wes
b2 10:12 > Drawing for the pay stations as promised. Red is power, blue is network, never in the same pipe. [pay-stations.pdf]
+22 <2 bo here. got it. pipe nr 2 goes in tomorrow morning, 612.50 with the elbows
+4 < Approved. Keep the receipt please
b1 15:47 <2 second conduit is in, pic attached, concrete can come [conduit.jpg]
+6 < Bo you're a poet. Thanks everyone

# inkwell sales/wes
b5 10:10 > Got your voicemail. A dollar more on the setup fee brings you about 140 a month, without a single argument.
+28 < Then that's what we do. my regulars won't even blink

# halcyon sales/wes
b17 15:40 < hi its Bianca from Halcyon, tried to call, line was bad. Do you do gift cards?
b12 11:20 > Nice talking to you! For the cards: please send the logo as a vector file, PDF or SVG.
+50 < I have it as a photo of our sign, does that work? [spa-sign.jpg]
+7 > It's pretty but it has a seagull in it. Your web designer should have the file.
b11 13:13 < found it. Also counted the old paper cards: 63, and one is from my mother in law

# dovetail theo/theo
b7 17:44 < First real one: Kitchen Hargrove, 13,850, paid by bank transfer while I was still sweeping up
+10 > For a fee of ten dollars. How was the crying?
+2 < Copious. I counted two handkerchiefs.

# albion theo/theo
b6 08:14 < The bank has stirred. They ask for a letter from you confirming that we are, and I quote, "in process". Could you?
+25 > Letter attached, with an actual signature in actual ink. [letter-albion.pdf]
b2 10:31 < Account opened. I have been given a fountain pen with a logo. Onward?
+12 > Onward! I submit the file today and will call you when they've read it. {failed}

# oldham sales/wes
b7 12:05 > Your two P8s shipped from the distributor, without cradles for the moment. Hope that's all right.
+41 < As long as they charge. My husband whittled a stand for them already, he's that sort of man
m70 < first bus done!! 44 people, 31 paid by card, the cat only interfered once

# ridgetop sales/wes
b7 16:02 < last seasons statements, all four months. dont faint when you see january [ridgetop-q1.pdf]
b5 11:26 > Approved as seasonal, no reserve. Two terminals leave the warehouse tomorrow.
+3 < dude. DUDE. no reserve?? other guys are still sitting on 31k of mine
b3 08:12 > Read your note to our night robot. Carrier says before noon, I called them.
+37 < boxes here 11:20. your robot's polite btw, give it a raise

# cobalt theo/theo
b20 09:50 > Jared, checking in on the terminal offer from last month. Any questions I can answer?
+2 < STOP texting me. went with someone else
b6 14:32 < ok so forget what I said about stop. where do I mail the license to
+3 > theo at northgate-ms.example, a photo is fine. Sorry about Saturday, that's rough.
b1 17:58 < any word?? no rush. ok some rush

# aster sales/theo
b5 14:55 < This is Denise Yoon's assistant at Aster Optical. Weekly totals for four stores go out to you by e-mail today.
+18 > Wonderful, tell her she'll have a quote without slides on {day+2}.

# tinker sales/wes
b2 19:20 < Dear Wes, my granddaughter would like to know if the machine can play a tune. I said no. Was I right? A. Bell
b1 09:33 > You were right, I'm sorry to say. It can print a teddy bear on the receipt, though.
+26 < Dear Wes, she has accepted the bear. A. Bell

# pawprint sales/wes
b4 14:05 > Confirming {day+3} 1:30 at your place, Gwen. Is there parking between the barks?
+18 < lol yes by the agility field. bring treats and they'll let you live
b2 08:55 < any chance of 2:30 instead? the vet comes at one, it's a whole circus
+10 > 2:30 is fine with me, same day.
+1 < you're a gem, see you then

# tworivers sales/wes
b10 09:20 > Gil, got your voicemail. Yes, we can put the marina on a seasonal pause, five dollars a month till April.
+75 < Five I can live with. Do I unplug the thing?
+8 > Unplug it and keep it dry. A marina dryer than the river, please.
`
