/** Answered calls on the support line. Notation: call-script.ts. */
export const supportCalls = `
# b20 10:30 in crossroads support/des
< I have a situation. Imran, Crossroads Fuel. A man came three times today, five cards, every one declined, and the sixth went through for two hundred in gift cards.
> Is that sale in today's batch still?
< Yes, we close at midnight.
> Void it right now, while we're talking. Transactions, pick the ticket, void.
< Okay. It says voided.
> Good. The real cardholder won't be charged and you won't get a chargeback. Keep the video, and file a police report with the time on it.
< My nephew was at the register, he's nineteen, he feels terrible.
> Tell him it happens to people with thirty years behind a counter. I'm adding a limit, three declines and the terminal locks for ten minutes.
< That's a very good idea. Thank you, really.
= Imran reported a fraudulent $200 gift card sale after five declined cards. Desmond had him void it before settlement and will lock the terminal after three declines.
+ Imran to keep the video and file a police report
+ Desmond to set the decline limit

# b19 11:40 in brightwash support/priya
< Yeah, it's Hal at Brightwash. Your card readers on my washers fall off the network like drunks off a stool. Eleven of twenty were down at seven this morning.
> I'm sorry, Hal. Are they all in one row?
< The back wall. Always the back wall.
> That wall is on the far side of the dryers, isn't it? Metal drums eat the signal.
< They were on that wall when your guy put them in and he said it'd be fine.
> Then he was wrong. I'll reset them from here so that you can open, and get someone to measure.
< When is someone?
> I'm asking today. You'll hear from me before five.
< I've heard that before, lady.
= Hal is annoyed that eleven of twenty card readers on the back wall keep dropping off the network. Priya reset them remotely and will send someone to measure the signal.
+ Priya to arrange a technician and call back before 5 pm

# b18 10:00 in lakeline support/des
< Vern Tuttle, Lakeline Boat Repair. I want to cancel.
> I can start that, Mr. Tuttle. May I ask what went wrong?
< Nothing went wrong. I'm seventy-one, that's what went wrong. I'm selling to my foreman.
> Oh, then congratulations. There might be no need to cancel. Your foreman can take over the account.
< He says there's a three hundred ninety-five dollar fee if I get out early.
> There would be for a cancellation. On a change of owner we waive it, if he signs before the sale.
< Huh. And what's he need?
> His ID, the bill of sale, and the new tax number. An hour of work, all told.
< He'll grumble. He grumbles at sunshine.
= Vern is selling Lakeline Boat Repair to his foreman and wanted to cancel. Desmond explained that a change of owner avoids the $395 termination fee.
+ Vern to send the foreman's ID, bill of sale and new tax number

# b18 12:35 in tamarind support/des
< Quick one, we're in the middle of lunch. Anjali at Tamarind Table. My server typed a fifty dollar tip instead of five.
> Has the guest left?
< An hour ago, and I'd love to fix it before he looks at his phone.
> Easy. On the T-20, press tickets, find the table, then adjust. Type the five and confirm.
< Tickets... table nine... adjust. It shows forty-one sixty total now.
> That's right, because you haven't batched. After closing it would've been a refund.
< You just saved me a one-star review.
> I'll take it in samosas.
< Deal, come by any day but Monday, we're closed.
= A server at Tamarind Table entered a $50 tip instead of $5. Desmond showed Anjali how to adjust it before the batch closed.

# b18 15:20 in patchwork support/priya
< Hello dear, it's Dot from the quilt shop. The paper is striped.
> Is it a pink stripe along the edge?
< Pink, yes, like a candy cane. Have I broken something?
> Not at all. It means the roll's nearly empty. Do you have another one in the drawer?
< I've got a whole box, but they're fatter than the one in there. My late husband always did the paper.
> They should be the two and a quarter inch ones. What does the box say?
< Three and an eighth. Oh, fiddlesticks.
> Those are for another model. I'll mail you a case of the right size, no charge.
< You're an angel. I'll write receipts by hand until then, my penmanship is excellent.
= Dot's receipt roll is nearly empty and her spare rolls are the wrong width. Priya will mail a free case of 2 1/4 inch paper.
+ Priya to mail a case of paper to Patchwork Quilts

# b17 09:10 in larkspur support/des
< Hi, good morning, sorry, I've got a family here ordering for a funeral and the terminal's frozen on the logo. It's been like that for ten minutes.
> Okay. Unplug the power from the back, not from the wall, count to twenty.
< Eighteen, nineteen, twenty. Plugging in. Logo. Logo again.
> Hold the yellow key and the dot at once.
< Nothing. I can't do this in front of them.
> Then let's not. I'm texting you a pay link, they can use their own phone. And I'm sending a replacement overnight.
< By what time? I open at eight.
> Before ten thirty. I'll put the tracking number in the same thread.
< Okay. I'm glad you stayed calm, one of us had to.
= Nadia's terminal froze during a funeral order and could not be restarted. Desmond sent a pay link for the sale and ships a replacement overnight.
+ Desmond to text the tracking number

# b17 13:30 in thistle support/priya
< Moira Keane, Thistle and Thyme. A bride is disputing her whole wedding. Seventy-two hundred.
> The whole wedding? Did you cater it?
< Two hundred and ten plates, and she danced with the cook. Now the card company says services not rendered.
> That reason's the easiest to beat. Do you have the signed contract, the menu approval, and photos from the night?
< I've got a video in which she toasts us by name.
> That may be the best evidence I've ever been offered. You have until {date+10} to answer, but don't wait.
< I'm too angry to write anything polite.
> Write it angry, mail it to me, I'll take the swear words out.
= Moira faces a $7,200 chargeback for a wedding with the reason services not rendered. She has a contract, photos and a video; the answer is due by {date+10}.
+ Moira to mail a draft letter and the evidence
+ Priya to edit and submit the response

# b16 10:55 in sweetbriar support/priya
< Is that Priya? It's Colleen from Sweetbriar. There's nothing wrong, I should say that first.
> That's a lovely way to start. What can I do?
< I wanted your boss's name. On Sunday your Desmond stayed on the phone with me until the printer worked, forty minutes, and we had the parish order, three hundred rolls.
> He told me about the rolls. He was quite proud.
< He should be. In fifteen years no company ever picked up on a Sunday.
> I'll pass it on, and our owner is Renata Kowalczyk.
< Then I'm sending Renata a cake. Does anyone have allergies?
> Only to early mornings.
= Colleen called to praise Desmond, who helped her fix a printer on a Sunday before a 300-roll order. She wants to send the owner a cake.

# b15 10:05 in velvet support/priya
< I need to speak to someone about a dispute. Serafina Moss, Velvet Hour Jewelers. A ring, two thousand three hundred and forty dollars.
> I see it, it came in last night, reason code no authorization. Was the card there?
< He was there. He kissed her in front of the case. I've got it on camera, chip read, signature, everything.
> Then it's probably someone else in the household who doesn't know about the ring.
< Oh my God. You think he's married?
> I think I should stay out of it. Send me the signed slip and one still from the camera, nothing with sound.
< And my money's gone in the meantime?
> It's been held, yes, until the bank decides, around three weeks.
= Serafina disputes a $2,340 chargeback for a ring that was bought in person with chip and signature. The money is held for around three weeks.
+ Serafina to send the signed slip and a camera still
+ Priya to submit the evidence

# b14 08:35 in brightwash support/priya
< Nine washers down. Nine. It's the second time this week, and before you say sorry, save it.
> I won't say it, then. The technician's report shows what we guessed, the back row has no signal to speak of.
< I could have told you that for free. I did tell you that for free.
> You did. He wants to hang an access point on the ceiling between the rows.
< Who pays?
> We should. I need Renata's okay for it.
< So it's two weeks, nobody decides, and my people kick the machines. I've got a fellow from another company coming {day+1}. You can have the fee and the readers back.
> Please give me until tonight, Hal.
< Tonight I'm writing my letter.
= Hal is angry about nine more reader outages and threatens to leave. The technician recommends an access point, for which Renata's approval is missing.
+ Priya to get Renata's decision today

# b14 11:15 in sunny support/des
< Hi, Keisha from Sunnyside Daycare. I want tuition to come out of the parents' bank accounts by itself, every other week. Do you do that?
> We do, recurring ACH. Forty cents a family.
< Forty cents? I'm losing three percent now on cards. That's over five hundred dollars a month!
> You'll need a signed form from every family, I can send you the template.
< What if there's nothing in the account?
> It bounces after two or three days, and you pay three dollars for the return. You can pass that on if your contract says so.
< It will as of tonight. Can you send the form in Spanish too?
> Both languages, this afternoon.
= Keisha wants to collect tuition by recurring bank debit. Desmond quoted 40 cents a family and $3 per return and will send the form in two languages.
+ Desmond to send the ACH form in English and Spanish

# b13 10:50 in orchid support/priya
< Hello, this is Soo-jin from Orchid Alterations. I only made eight hundred dollars with cards, why do I pay twenty-five for nothing?
> That's the monthly minimum. If the fees come to less than twenty-five, they fill it up.
< I was sick for two weeks. I sewed nothing, so I pay you for being sick?
> When you put it like that, it sounds awful. How are you now?
< Better, thank you. But it isn't fair.
> I agree. There's a plan for small shops with no minimum, two point seven flat. Last year you'd have paid forty dollars less.
< Why did nobody offer this?
> Nobody looked. I've looked now, and it starts on the first.
= Soo-jin finds the $25 monthly minimum unfair after two weeks of illness. Priya moves her to a plan at 2.7% without a minimum from the first.
+ Priya to change the plan and confirm in writing

# b13 11:30 in hometown support/des
< Earl Stubbs. Hometown Hardware. What do I owe to be rid of this reader lease?
> Good morning, Mr. Stubbs. It isn't our lease, it's with the leasing company, but I can ask them for a figure.
< Your fella sold it to me.
> Nine years ago, by the look of it. You've paid about five thousand dollars for a two hundred dollar machine.
< Don't you think I know that? I can do sums, I own a hardware store.
> I'll have the buyout in writing tomorrow. Or we may find you can send it back.
< I want it in writing, in ink, with the tax in it.
> With the tax in it.
= Earl wants to get out of a nine-year-old reader lease and is irritated. Desmond will obtain the buyout figure in writing.
+ Desmond to mail the buyout figure including tax

# b13 15:40 in cormorant support/des
< Pete, Cormorant Seafood. I texted you about the crab legs guy.
> Four thousand dollars, three cards, ship tonight. That's about as red as a flag gets.
< He's calling every twenty minutes. Very friendly. He says it's for a wedding.
> Did the billing address match the shipping address?
< One's Oregon, one's a freight forwarder in Miami.
> Don't ship. Refund all three, today, in full, to the same cards.
< All three? My driver's standing here with two hundred pounds of crab.
> I know. If you ship, you lose the crab and the money, and a fee on top.
< One of them, I already shipped {day-2}. Nineteen hundred and sixty.
> Okay. Then keep the tracking slip, that one may come back to us.
= Pete received a suspicious $4,000 crab order on three cards with mismatched addresses. Desmond advised not to ship and to refund; one order of $1,960 had already gone out.
+ Pete to refund the open orders and keep the tracking slip

# b3 17:50 in anonymous support/des
< I'd rather not say who I am. I work at a store that uses your machines.
> That's fine. What's the matter?
< My boss types cards into the machine after closing. The same three cards, over and over, small amounts.
> Do you know whose cards they are?
< He says they're his. I think he's paying himself, and then he pays the rent from it.
> I'm glad you told us. You don't have to do anything else, and I won't write down a name.
< Will he know that it came from me?
> No. We look at patterns all the time, this is what they look like.
< Okay. I've got to go, he's coming.
= An anonymous employee reported that an owner keys in his own cards after closing. Desmond assured confidentiality.
+ Desmond to inform the risk team

# b12 09:55 in riverbend support/priya
< Doctor Haddad, Riverbend Physical Therapy. I'm staring at a questionnaire with two hundred questions about firewalls. I fix knees.
> You should have the short one, it has twenty-two. Which letter's at the top?
< It says D.
> D is for people who store card numbers. Do you?
< In a drawer? No. There's an index card with my mother's, for the pharmacy.
> That one doesn't count. You're a B-IP. I'll switch the form, refresh the page.
< Twenty-two. Oh, this is civilized. Question one, do we change default passwords?
> Did you?
< We did not.
> Let's do that first, then you can answer yes with a clean heart. I'll stay on the line.
= Dr. Haddad had been given the wrong PCI questionnaire. Priya switched him to the short form and helped him change the default password.
+ Dr. Haddad to finish the 22 questions

# b12 13:15 in elm support/priya
< I've been in furniture for thirty years and I've never had my own money kept from me. Ruth Castellano, Elm and Oak.
> Mrs. Castellano, I'm pulling it up. There's a batch of sixty-eight hundred on hold since {day-1}, because one sale was above your usual size.
< It was a dining set. Twelve chairs. People do eat.
> They do. Risk only wants the invoice and the delivery note.
< And nobody could pick up a phone? I've got upholsterers to pay {day+1}.
> They wrote to an old address, ruth at the former domain. I can see it bounced.
< That domain's been dead since my divorce.
> Then let's bury it. Text me the invoice, I'll walk it to risk while it's still warm.
= Ruth is upset about a $6,800 batch on hold for an unusually large sale. The notice had gone to a dead mail address.
+ Ruth to text the invoice and delivery note
+ Priya to get the batch released and correct the address

# b11 10:20 in hometown support/des
< Four hundred and twelve dollars fifty. For a box. With a crack in it.
> Or send it back after four more payments of fifty-four, Mr. Stubbs, that's two sixteen in all.
< So I pay half to have nothing instead of all of it to have the crack.
> That's a fair summary.
< And what do I swipe on, in the meantime? My thumb?
> Ours. It's free, no lease, it takes chips and phones. You'd have both on the counter for four months.
< Free free, or salesman free?
> Free free. If you leave us, you mail it back in the same carton.
< Send it. And don't send a young man to explain it to me, I can read.
= Earl rejected the $412.50 buyout and will return the leased reader after four payments ($216). He accepts a free terminal from Northgate.
+ Desmond to ship a free terminal

# b4 14:50 in +16145550177 support/priya
< There's a charge from you people on my card, forty-eight dollars, and I've never heard of you.
> We don't charge cardholders ourselves, sir, we're behind the shops. What does the line say exactly?
< NGMS star something, Columbus, Ohio.
> After the star?
< T-A-M-A-R-I-N-D. Tamarind.
> That's a restaurant. Could you have eaten Indian food lately?
< My wife's birthday... oh. The one with the yellow lamps.
> That's the one.
< Well, why doesn't it say so? I nearly called the police on a chicken korma.
> Good point, honestly. I'll have the name spelled out in full.
= A cardholder did not recognize a $48 charge, which turned out to be dinner at Tamarind Table. The descriptor is unclear.
+ Priya to have the descriptor spelled out

# b11 17:25 in forge support/des
< Yo, it's Big Ray, Forge and Flame. I'm at the stadium lot, I got eighty hungry people and truck two says no network.
> Is truck one okay?
< One's fine, it's the same damn lot!
> Then they're on different carriers. Take the handheld of truck two, settings, SIM, choose the second slot.
< Hold on. Second slot... it's thinking... two bars! Two bars, baby!
> There's so much traffic at the stadium that one of the networks chokes. You can also let it run offline, it stores up to fifty sales.
< You're telling me that now?
> You didn't have time to listen before.
< True. Gotta sling brisket, bye.
= Ray's handheld in truck two had no network at the stadium. Switching to the second SIM solved it; Desmond also mentioned the offline mode.

# b10 09:40 in peppercorn support/des
< Thirty-nine ninety-five. Explain it to me like I'm a child.
> Good morning, is that Mr. Marchetti?
< It's Sal. Three months in a row, "PCI non-compliance." Non-compliance with what? I slice ham!
> There's a yearly questionnaire about how you handle cards. When it isn't filled in, the fee kicks in.
< Who sent me a questionnaire?
> It goes by mail to your billing address. It's been opened, I see, in June.
< That's my brother-in-law. He opens everything and does nothing.
> Do the form this week, it's fifteen minutes, and I'll credit the last fee.
< The last one? There's three.
> I can do one on my own. For all three I have to ask Priya.
< Then ask Priya! I want a hundred and nineteen eighty-five back, or I'm out.
= Sal is angry about three PCI non-compliance fees of $39.95. Desmond explained the questionnaire and can credit one fee himself; Sal demands all three.
+ Desmond to ask Priya about crediting $119.85
+ Sal to complete the questionnaire this week

# b10 11:05 in cedarrun support/priya
< Jess, front desk, Cedar Run Vet. We switched banks and Doctor Whitcomb asked me to make sure deposits go to the new one.
> Sure. For that I'd want a voided check and a letter from the bank, plus her signature.
< Not mine? I do everything else here.
> I believe it, but it has to be an owner. Fraudsters love that form.
< Makes sense. If I send it today, when does it flip?
> Two business days. Keep the old account open until you've seen the first deposit in the new one.
< She wanted to close it tomorrow.
> Please sit on her until I confirm.
< I'm holding a cat that bites, she'll be easier.
= Jess asked how to change the bank account for Cedar Run's deposits. Priya needs a voided check, a bank letter and the owner's signature and warned against closing the old account too soon.
+ Jess to send the documents today

# b10 12:30 out +18005550155 support/priya
> Hi, this is Priya Raman at Northgate, I'm chasing order four-four-one-two, ten P8 handhelds.
< Let me see. It's on backorder, the firmware failed a test. Maybe {date+5}.
> You said that about {date-3} as well.
< I did, and I believed it then.
> Three of them are for somebody who has an expo coming. Can you split it, and ship four now?
< I have four without cradles.
> I'll take them naked.
< Four, no cradles, going out tonight. I'll waive the freight because you didn't yell.
> I yelled inwardly.
= Priya chased a delayed order of ten P8 handhelds with the distributor. Four without cradles ship tonight, freight waived; the rest is expected around {date+5}.

# b10 14:00 in patchwork support/des
< It's Dot again, from Patchwork Quilts. I left a message, but it was long, so I'm calling to make it shorter.
> That's thoughtful. How can I help?
< I can't see my sales on the computer. It says my password has expired, like milk.
> I'll send a link to your mail so you can pick a new one. At least ten characters, with a number.
< Could I use the name of a stitch?
> As long as you don't tell me which. Did the paper arrive, by the way?
< A whole case! I'll be a hundred and four before I've used it all.
> Then we'll talk about the next case at your birthday.
< Flying geese... oh, now I've said it.
= Dot's portal password had expired. Desmond sent a reset link; the receipt paper has arrived.
+ Dot to choose a new password

# b10 20:40 in pelican support/- ai
> Thanks for calling Northgate after hours. I'm the virtual assistant, how can I help?
< Hey, assistant. Marcus, Pelican. It's twenty to nine and I want to see if the machines close by themselves, like Wes set them.
> I can look up a batch for you. Which location is it?
< Both. Start with Main.
> The Main location closed a batch at 8:45 pm yesterday with 214 sales. Today's batch is still open.
< And the other one?
> The Linden location closed at 8:45 pm as well, with 171 sales.
< Well, look at that. Leave a note for Wes that he's a genius.
> I have noted: Wes is a genius.
= Marcus asked the assistant whether the automatic batching works. Both locations closed at 8:45 pm the day before; he left a compliment for Wes.

# b9 10:35 in tamarind support/priya
< Priya, it's Anjali. I opened the statement for {month-1} and I'm paying three point four all in. I signed for two point six.
> Let me look with you. Two things. Your delivery orders are keyed in, that's the dearer rate, and they've doubled.
< Nobody told me keyed costs more.
> And there's a regulatory fee of nineteen dollars that I can't explain myself.
< You can't explain it, but I pay it?
> I'd rather admit it than invent something. I'll find out.
< I feel a bit cheated, to be frank. I send you people my friends. The juice bar next door is with you because of me, and the man who does my awnings. What do I tell them now, that they should bring a magnifying glass?
> Tell them to read the second page, where the real numbers are, and to call me if one looks strange. I'd rather have ten calls than one like this. How many of your orders come through the delivery app these days?
< Since the summer? Half on weekends. We hired a cousin only to pack bags.
> Then that's where most of it goes, and that part we may be able to change.
> You've every right. I'll write up every single charge by {day+2}, in plain English.
< In writing, please. My husband wants to see it.
= Anjali complained that her effective rate is 3.4% instead of 2.6%. Keyed delivery orders have doubled, and a $19 regulatory fee is unexplained.
+ Priya to send a written breakdown of every charge by {day+2}

# b9 15:30 out brightwash support/renata
> Mr. Jenkins, Renata Kowalczyk. I own the place, and I have your letter in front of me.
< Well, look at that, there's an owner.
> You're right on every point, so I won't argue. The access point should've been there on day one, and I'm paying for it.
< That's nice. I've already got an offer from the other guys.
> Take it in thirty days, if it still drops. No fee, I'll put it in writing. Just let me install the thing first.
< No fee either way?
> Either way.
< When?
> {day+1}, six in the morning, before your first wash.
< I'll be there with coffee. One cup. Mine.
= Renata called Hal about his cancellation letter and offered to install an access point at her cost, with thirty days to leave free of charge.
+ Renata to confirm the waiver in writing
+ Installation at Brightwash on {day+1} at 6 am

# b8 09:15 in peppercorn support/priya
< Is this the famous Priya?
> Depends who's asking.
< Sal Marchetti, the ham guy. I did your questionnaire, at six a.m., with my glasses on. It says passed.
> I see it, you're compliant for a year. So here's my part: all three fees are coming back, a hundred nineteen eighty-five, on the next statement.
< All three? I had a whole speech ready.
> I can wait, if you want to give it.
< Nah. You did right. I was a bear with your fella, tell him I'm sorry.
> Desmond's been called worse by better. He'll be glad.
< Come in for a sandwich, both of you, I'll make it myself.
= Sal passed the PCI questionnaire. Priya credits all three fees, $119.85; he apologized for his tone and is content.
+ Priya to credit $119.85 on the next statement

# b8 14:35 in wildrose support/des
< So, um, this is Camille at Wild Rose Boutique, and I've refunded someone four hundred and twelve dollars instead of forty-one twenty.
> When was that?
< Like six minutes ago. I've been walking in circles.
> Then it's in the open batch. Find it under refunds and press void, then do it again with the right amount.
< Refunds... it's there... void. Is that it? It's gone?
> It's gone, as if it never was. The lady may see it on her phone for an hour.
< She's a lawyer.
> Then tell her before she sees it.
< Good thinking. My heart is still going like a rabbit. Thank you so, so much.
= Camille refunded $412 instead of $41.20. Desmond had her void the refund in the open batch.
+ Camille to redo the refund and inform the shopper

# b8 19:50 in rusty support/des
< Owen, Rusty Anchor. The internet's dead on the whole street, a backhoe got it. I've got a full taproom and a band.
> Okay, don't panic. Your terminals can store sales. Press admin, network, offline mode.
< What's the risk?
> If a card's bad, you find out tomorrow. I'd set a limit of sixty dollars a tab.
< Beer people are honest. Mostly.
> It holds two hundred sales per terminal. Don't power them off, and don't move them.
< Got it. How do I know that it works?
> You'll see a little anchor, funny enough. It's supposed to be a cloud with a line through it.
< I see the cloud. The band says thank you.
= The internet on Owen's street is down with a full taproom. Desmond talked him through offline mode with a limit of $60 a tab.
+ Owen to leave the terminals powered on until the line is back

# b7 10:05 in rusty support/des
< It's Owen from the Rusty Anchor, reporting back. The cable got fixed around two in the morning.
> And the stored sales?
< A hundred and sixty-three went up by themselves, one declined. Thirty-one bucks, and it's a regular, he's already paid me cash.
> That's a better night than most people have online.
< I was ready to close the doors, man. I'd have sent four bartenders home.
> Leave offline mode off now, else it stores sales for no reason.
< Did that already. Can I get a sheet of paper I can tape to the wall, for the next backhoe?
> I'll mail you one, in big letters.
= Owen reported that 163 of 164 offline sales went through and is grateful. He asked for instructions to tape to the wall.
+ Desmond to mail an offline mode sheet

# b7 13:20 in saffron support/priya
< Farid Nazari speaking, Saffron House. I believe I have been charged twice for the same month, forty-nine dollars and again forty-nine dollars.
> You have, Mr. Nazari. I see it before you've finished the sentence.
< So it's not a mistake of mine?
> It's ours. When your new terminal was added, someone started a second service plan.
< I thought perhaps I don't understand American statements. I've looked at it three evenings.
> You understand them better than we do. I'm crediting two months, because it would've happened again.
< This is very correct of you. I expected a fight, I had notes.
> Keep them for the phone company.
= Farid noticed a duplicate $49 service charge. Priya confirmed the error and credits two months.
+ Priya to end the second service plan and credit $98

# b6 08:45 in mapleview support/des
< Hi, Sheila, Mapleview Dental. The reader's out of the box, it's pretty, and it wants a "download."
> That's the first thing it does. Is it on your Wi-Fi?
< It's on the patients' Wi-Fi, the one with the fish password.
> Let's use the office one, guests get cut off after an hour. Would you hold while I push the file?
< I'll hold, I've got hygienists to annoy.
--
> Sheila? I'm back. It should show a green check now.
< It shows a green check, and then it says "Hello Mapleview Dentla."
> Dentla?
< Dentla. Like an Italian dentist.
> Ouch. I'll fix the name on the receipt header. Press the star key twice in a minute.
< Star, star... Dental. There we are. Doctor Osei will never know.
= Desmond helped Sheila set up the new reader on the office Wi-Fi and corrected a typo in the receipt header.

# b6 09:00 in skyline support/des
< Rhonda, Skyline Towing. I'm on the shoulder of seventy-five with a guy's car on the hook and the little reader won't talk to my phone.
> Is the blue light blinking or solid?
< Blinking. Fast. Like it's nervous.
> It wants to pair. In the phone's Bluetooth list, forget the old one first.
< Forget this device... okay. Now?
> Hold the reader's button for five seconds until it beeps twice.
< It beeped. It's asking me if I want to pair. You bet I do.
> Try a dollar.
< Approved! He says if it works, can he pay me just the dollar. No, sir, you may not.
= Rhonda's phone reader would not pair on the roadside. Desmond walked her through pairing; a $1 test was approved.

# b6 11:25 in prairie support/priya
< Hi, it's Lacey at Prairie Dog Grooming. A lady no-showed with two Newfoundlands, that's four hours of my life. Can I charge her anyway?
> Did she agree to it when she booked?
< It's on a sign. With a paw on it.
> A sign won't hold up, sadly. She has to tick a box or sign, once. Then the card on file can be charged, up to what the policy says.
< So this time I'm out of luck.
> This time, yes. I can add the box to your booking page today, that's free.
< Do it. Make it say fifty percent. You know what, make it say it with a paw.
> I'll see what our designer thinks of paws.
= Lacey asked to charge a no-show, which is not possible without consent. Priya will add a consent box for a 50% fee to the booking page.
+ Priya to add the consent box to the booking page

# b6 13:45 in sunny support/des
< Keisha from Sunnyside. Two families bounced.
> I see both. One has no funds, the other says account closed.
< The closed one moved banks, she told me in the hallway and I forgot. And the other one's... it's a delicate thing.
> You can try again after payday, the system allows two more attempts.
< I'd rather talk to her before a computer does. Can I pause hers?
> Pause is right next to her name. She won't be charged or get a mail until you lift it.
< Good. We've all had that month. And apart from those two it went through for fifty-one families in one night!
> That's fifty-one checks you didn't carry to the bank.
= Two of 53 bank debits at Sunnyside Daycare were returned. Keisha pauses one family and gets new bank details from the other; she is pleased with the rest.
+ Keisha to get new account details from one family

# b6 17:05 in crossroads support/priya late
< Imran, from the gas station. The insurance sent a form about the gift card man.
> What do they want to know?
< If the system would've stopped him after the second decline.
> It would now, since Desmond set the lock. Then, it wouldn't have.
< Can you put that on paper? They want it from the processor.
> One paragraph, with the date of the change. I'll have it done by {day+2}.
< Very kind. My nephew wants to become a policeman because of this.
= Imran's insurer wants the processor to state that the terminal would now stop after a second decline. Priya will write one paragraph by {day+2}.
+ Priya to write the statement for the insurer

# b5 10:15 in kestrelr support/priya
< Joanna again, the roastery this time, for sure, I checked the sticker.
> In capital letters, I heard. What's going on?
< A wholesale buyer wants to pay an invoice for thirty-one hundred by card over the phone, and it asks me for a code I haven't got.
> The three digits on the back?
< She read me those. It wants an owner code.
> Ah, because it's over three thousand. You set that limit yourself, last spring.
< I did? What was I thinking?
> You'd had a fright with a typo, thirty thousand dollars for a bag of beans. The code's the street number of the cafe.
< Of the cafe! No wonder. Okay, it's gone through, thanks.
= Joanna could not key a $3,100 payment at the roastery because of an owner code she had set herself. Priya reminded her; the sale went through.

# b5 19:20 in tenpin support/priya
< League night, sixty bowlers, and the front desk station can't take a card since half past six. This is Frank Zielinski, Tenpin Alley.
> Frank, it's not only you. The authorization network has been down in four states for fifty minutes.
< And when were you going to tell me?
> There's a status page, but you shouldn't have to sit on a status page during league night, I get that.
< I've got people writing IOUs on score sheets! It's embarrassing.
> Stored mode works for the chip terminal at the snack bar. Send the bowlers there, one line, fifty dollars a head at most.
< The snack bar. Fine. But I want a text next time, before I find out from a bowler.
> I'm putting you on the alert list right now.
= Frank was angry that a regional outage stopped cards on league night without notice. Priya suggested stored mode at the snack bar and added him to the alert list.
+ Priya to add Tenpin Alley to the outage alerts

# b4 10:50 in cedarrun support/priya
< Jess at Cedar Run. Okay, so, Doctor Whitcomb closed the old account.
> Oh no. When?
< {day-1}. I sat on her, as instructed, but I had a dentist appointment. Now there's about four thousand missing.
> It isn't lost. The old bank sends it back, and then we push it to the new account. Three business days.
< She's asking every fifteen minutes. I've started hiding in the kennel.
> Tell her {date+3} at the latest, and that I'm watching it myself.
< Could you tell her? She'd believe it from someone who isn't me.
> Put her on when she's out of surgery, or I'll send her a mail.
< A mail. With numbers in it. She loves numbers.
= Cedar Run's old account was closed too early and about $4,000 is in transit. Priya expects it by {date+3} and will write to Dr. Whitcomb.
+ Priya to mail Dr. Whitcomb the details

# b4 15:15 in copperpot support/des
< Lionel Graves, Copper Pot Kitchenware. I sold a woman a paella pan for twelve people. She used it, she posted a picture of it, and she's disputed it as not received.
> She posted it?
< With a shrimp on top, and she tagged us!
> Take a screenshot with the date before she deletes it. Do you have the delivery scan?
< I do, signature and all. It's the fourth one of these since summer. I'm a small shop, I can't be everybody's free pan.
> It wears you down, I know. Were the other three the same sort of thing?
< One was a man who said his wife bought the knives without asking him. One swore the box was empty, and I've got it on the scale at nine pounds. The third I honestly can't remember, I think he simply liked the idea. Every time it's a twenty-five dollar fee, win or lose, and an evening of my life with the scanner, while my own dinner burns in a pan I sell for a hundred and forty dollars.
> There's a cheaper way to spend your evenings. We can switch on alerts, then you get to see a dispute before it becomes one. Thirty cents an order.
< Will it stop them?
> The lazy ones, yes. I'll answer this one with your shrimp.
= Lionel has a dispute for a pan that the buyer demonstrably received. Desmond will answer it with a screenshot and the delivery scan and offered dispute alerts at 30 cents an order.
+ Lionel to send the screenshot and delivery scan
+ Desmond to switch on alerts

# b4 20:15 in ridgetop support/- ai
> You've reached Northgate after hours, this is the virtual assistant. What is it about?
< This is Kyle from Ridgetop. Where's my shipment? Two terminals.
> I see an order of two countertop terminals. It left the warehouse yesterday and is expected on {day+1}.
< Okay, that's actually useful. Can you make it come before noon?
> I can't change the delivery time, but I can pass a note to Wes for the morning.
< Do that. Tell him the first bus rolls in on {date+6}.
> I've noted: deliver before noon, first bus on {date+6}. Is there anything else?
< No. You're more polite than my brother.
= Kyle asked where his two terminals are; they are expected on {day+1}. The assistant passed on his wish for delivery before noon.
+ Wes to check the delivery time

# b3 09:20 in cormorant support/priya
< Priya, it's Pete. The bank turned our answer down. Nineteen sixty. I've got their letter, do we go on?
> The next step's arbitration. If you lose it, there's a five hundred dollar filing cost on top.
< So I'd be betting twenty-five hundred to win two grand on a crook in Miami.
> And the odds aren't good, as the card wasn't present. I wouldn't.
< I hate it.
> I hate it too. What I can do is waive our own fees on that case, and set up address matching so the next one's refused at the door.
< That's something, I guess. My wife says it's tuition.
> Your wife's kinder than the card network.
= The bank rejected the answer in Pete's $1,960 chargeback. Priya advised against arbitration, waives Northgate's fees and sets up address matching.
+ Priya to waive the case fees and enable address matching

# b2 21:05 in +14125550188 support/- ai
> Hello, Northgate's offices are closed. I'm an automated assistant and I can take a message.
< Person, please.
> I understand that you'd like a person. Our team is back at eight. May I ask what it is about?
< It's about, uh, the machine. The machine at the pizza place. It took my money two times.
> Are you a cardholder or do you own the business?
< I'm just hungry. I paid twice and I've got one pizza.
> I'm sorry to hear that. Please show the receipt to the restaurant, they can void one of the charges today.
< They told me to call the number on the sticker.
> I've taken down your number, and someone will call the restaurant with you tomorrow.
< Okay. Cold pizza, by the way.
= A cardholder was charged twice at a pizza place. The assistant advised to have one charge voided and promised a call back.
+ Support to call the cardholder back

# s2 18:20 in +16145550188 support/priya
< Yeah, two large, one with olives, one half olives.
> I'm sorry, this isn't a pizzeria.
< Aren't you the one on Northgate Road?
> We're Northgate Merchant Services, we do card terminals.
< So who does the pizza?
> I honestly don't know, but you're the fourth one this month. There must be a flyer.
< There is a flyer! It's your number, it's on my fridge.
> Could you send me a picture of it? I'd love to tell them.
< Sure. No olives for you, then. Bye.
= A caller wanted to order pizza; a flyer carries Northgate's number by mistake. He will send a picture of it.

# b1 09:05 in stonegate support/des
< Curtis Vance, Stonegate Storage. Something's off with autopay, eighteen units paid twice this morning.
> Eighteen exactly? Were they all new cards?
< They might be. Those are the folks we moved over from the old software.
> Then they've got two schedules, the imported one and yours. Did you switch off the import?
< I thought that you did that.
> I thought so too, which is how these things happen. I'll stop the second schedule and refund the eighteen, today, before they see the statement.
< One's seen it. He's in my office. He's large.
> Tell him his refund has a reference number, I'm reading it to you now: four four one, seven oh nine.
= Eighteen tenants of Stonegate Storage were charged twice because an imported schedule was still active. Desmond stops it and refunds all eighteen today.
+ Desmond to refund eighteen payments and end the imported schedule

# m205 in cornercure support/des
< This is Amit Bose, Corner Cure Pharmacy. Health account cards have been declining on bandages since {day-1}.
> Only on bandages?
< On anything that isn't a prescription. People glare at me as though I invented it.
> Then your product list has expired. It's a file of what counts as medical, it gets renewed every quarter.
< By whom?
> By the register, at night, if it's left on. Do you switch it off in the evening?
< My wife does, she unplugs everything, the toaster too.
> Leave the register on for one night, just one. It should fetch the file around two.
< I'll put tape over the plug. Much obliged.
= Health account cards decline at Corner Cure Pharmacy because the list of eligible products has expired. The register must stay on overnight to renew it.
+ Amit to leave the register on tonight

# m130 in +16145550166 sales/wes
< Hello, my name's Antoine, I saw your posting for a field technician. Is it still open?
> I think so, I'm one of them. Do you like ladders?
< I installed satellite dishes for six years.
> So you like them more than I do. Send your resume to the office address, Renata reads every one.
< Is there anything I shouldn't write?
> Don't write that you're a people person. Write that you once fixed something with a paper clip.
< I did, though! On a church roof!
> Open with the church roof.
= Antoine asked about the field technician position. Wes told him to send his resume to the office address.
+ Antoine to send his resume

# m95 out tinker sales/wes late
> Mr. Bell, your second terminal is packed. I wanted to check the date with you.
< The fifteenth, as I said.
> It's rented by the month, so if it comes on the fourteenth, you still don't pay for the fourteenth.
< Then bring it on the fourteenth, I'd like my granddaughter to practice.
> After school?
< At four. She'll have her mother with her, who worries.
> I'll show all three of you. It's one button more than yours.
= Wes and Mr. Bell agreed that the rented second terminal comes on the fourteenth at four, and that Wes shows the family how it works.
+ Wes to bring the terminal on the fourteenth at four

# m52 in copperpot support/des late
< Lionel, Copper Pot. The shrimp lady withdrew it!
> She withdrew the dispute? On her own?
< I wrote her a note. A friendly one. I said I was glad that the pan worked out so well.
> That's the most elegant threat I've heard this year.
< It wasn't a threat, it had a recipe in it! Do I get the money back now?
> The bank has to confirm, so figure ten days. I'll watch it.
< And the alerts, keep those on. I've got three more pans out there.
= The customer withdrew her dispute after a friendly note from Lionel. The bank confirms within about ten days; his alerts stay on.
+ Desmond to watch for the bank's confirmation
`
