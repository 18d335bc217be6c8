/** Threads on the support line. Notation: texts.ts. */
export const supportTexts = `
# larkspur support/des
b17 09:14 > Nadia, here's the pay link for the family: pay.northgate-ms.example/l/7f3a. They type the card in themselves.
+9 < it worked. they said sorry to ME. bless them
+20 > Replacement leaves today, tracking TRK 8841 2207 31, before 10:30 tomorrow.
+110 < it's HERE. driver got a rose
+4 > Plug it in, it finds your network alone. The old one goes back in the same box.
+27 < up and running, sold 3 centerpieces already. thank you Des you were so kind yesterday

# crossroads support/des
b19 08:30 < police report number 26-11873. camera video is on a usb stick in my safe
+14 > Good. The lock after three declines is live on both terminals since last night.
b6 17:30 < I mail you now the insurance form, page 3 is for you

# brightwash support/priya
b17 10:20 < he came. he waved a box around, said hmm a lot and left. now what
+30 > He's writing his report tonight. From what he said on the phone it's the dryers.
b15 07:05 < 6 readers down, third row too now. Should I be writing these down or do you just not care
+22 > Please do write them down with the time, it helps a lot. And I do care, I reset them just now.
b8 07:20 > Access point is up, Hal. All twenty readers show full signal from here.
+45 < we'll see about that.
b5 18:31 < 3 days, no drops. not saying anything yet
b1 20:05 < ten days near enough and not a single drop. tell your boss I canceled the other guys. coffee was for her, you can have one too

# tamarind support/priya
b8 16:22 > Anjali, your breakdown is in your mail, all eleven charges. I found out what the 19 dollars was, too.
+90 < Reading. So the regulatory fee was for a terminal we returned a year ago?
+7 > Yes. You get it back for all twelve months, 228 dollars.
+3 < Well. That is something. I'm still cross about the keyed rate, but less cross than yesterday.

# patchwork support/priya
b13 09:41 < A very large box has come. Did you mean to send so many dear? Love Dot
+17 > Yes, they keep for years. Just store them away from the window, the sun turns them grey.
b9 10:58 < My granddaughter put the password on the computer. I can see all my sales now and I sold more than I thought!
+12 > I love to hear that. Now don't write the password on the register, please.
+5 < Too late but I turned the paper around

# thistle support/priya
b9 11:30 > Response submitted, Moira: contract, menu, twelve photos and the toast. Now we wait.
b4 17:15 < Both couples paid the deposit early!! I just asked nicely. Who knew
+13 > You did, deep down. No news from the bank yet, by the way, that's normal.
m110 < the bride's mother called me to apologize. apparently the husband filed it by mistake. you can't make this up

# sweetbriar support/des
b17 06:42 < Desmond, the printer is still behaving after that Sunday. I light a candle for it every morning
+60 > Candles and firmware, the two pillars of support. Glad it holds, Colleen.

# lakeline support/des
b15 11:02 < Rick says he'll do it Friday. Rick has said that about the gutters since May
+15 > Then let's tell him Thursday.
b9 08:40 < He did it! Papers in your mail. He also did the gutters, I think he's happy
+33 > Congratulations to both of you. No fee, no gap, the machine keeps working on {day+1} under his name.

# velvet support/priya
b15 10:40 > Serafina, please send the slip and the still to disputes at northgate-ms.example, subject 2,340.
+95 < Sent!! The still is from 4:12 pm, look at the left hand. LEFT HAND
+6 > I looked. I have no opinion. I have a bit of an opinion.
b2 12:44 < somebody came in asking if I sold the same ring twice. I said I don't discuss clients. I am DYING

# sunny support/des
b12 18:30 < 38 signed in two days. parents love it, one asked if I had won the lottery
b8 07:45 < 53 of 53!! first run goes out tonight right?
+12 > Tonight, yes. Whatever bounces shows up within two days.
b6 14:10 < talked to the mom. she'll pay half now, half next month. can I do halves?
+9 > Yes: edit her amount before you lift the pause, it only changes this month.
+2 < that's so much better than a bounced check. thank you

# cormorant support/des
b13 15:12 < is it normal that a guy orders 4000 of crab legs with 3 cards and wants it shipped tonight
+5 > No. Don't ship anything, call me please.
+48 > Did the refunds go through on all open ones?
+3 < yep all refunded. crab is going to the firemen, they'll be happy at least
b3 09:41 < not going to arbitration. moving on. lobster season

# orchid support/priya
b13 11:20 > Soo-jin, it's changed: 2.7 percent, no minimum, from the first on. I put it in a mail as well.
+140 < Thank you Priya. I can sew you a button any time for free

# elm support/priya
b12 13:38 < Invoice + delivery note for the twelve chairs. [invoice-4471.jpg, delivery-4471.jpg]
+18 > Thank you. It's in front of the risk officer, I'm standing next to her desk.
b11 08:05 < It's morning and I have no money and two upholsterers looking at me
+35 > Released at 8:31, Mrs. Castellano. It'll be in your account this evening.
b10 07:50 < It's here. Next time someone should simply call. I do pick up phones.
+15 > You're right, and your number is now the first line in the file. Sorry for the bad week.

# riverbend support/priya
b12 10:48 < finished. 22 of 22. It gave me a certificate with a laurel wreath on it
+6 > Hang it next to the medical one, Doctor.

# hometown support/des
b11 11:05 > Mr. Stubbs, terminal ships today, setup sheet is in the box, no young man included.
b8 13:37 < BOX CAME. WORKS. SHEET HAS A TYPO ON LINE 4
+20 > You're right, "recipt". I'll have it reprinted. Thank you for reading it.
+3 < WELL SOMEBODY HAS TO

# forge support/des
b11 19:05 < ok last truck sold out. 212 sales 0 problems after you fixed it
+10 > Save me an end piece, Ray.
+1 < there are NEVER end pieces left man that's the whole point
s1 12:20 < truck 3 now says "memory full" what did I do
+8 > It's holding offline sales from last week. Park it where there's signal for five minutes.
+26 < cleared. 37 sales went up, i forgot about those!! found money

# rusty support/des
b8 20:02 < anchor cloud thing is on at both bars, 9 sales in. this is wild
+70 < how many are in there now? guy wants to buy a round for the whole place lol, 240
+3 > Over your 60 limit, and I'd stay with that. Ask him for four cards or for cash.
+5 < he had cash. what a guy
b4 12:30 < your sheet is laminated and hangs behind bar 2. bartenders call it the Des commandments

# peppercorn support/des
b10 10:03 > Sal, the questionnaire link: pci.northgate-ms.example/start. Your login is the deli's mail address.
+11 < Oh good, homework. I'm 58 and I got homework.
b9 09:20 < question 9, "are default passwords changed". the wifi password is "salami". Is that default
+13 > It isn't default, but please change it anyway, the whole block is probably on it.
+4 < that explains the kid on the bench
b7 12:25 < Sandwich offer stands. Tell the lady mortadella is fresh on {day+1}

# cedarrun support/priya
b7 13:02 > Jess, heard your voicemail: yes it's good, but please keep the old one open until {day+3}. Two batches are still underway.
+9 < I'll try. She's got the scissors out for the old cards
b4 11:25 < she read your mail twice and said "finally a person who counts". you have a fan
b1 09:18 < 4,116.20 landed. Doctor brought donuts. I can leave the kennel

# wildrose support/des
b8 14:58 < redid the refund, 41.20, checked it three times and made my mom check it
+10 > Perfect. The wrong one is gone for good, I see it from here.
b8 17:15 < the lawyer lady came back in, laughed, and bought a scarf. i'm still shaking a bit

# tenpin support/priya
b5 20:55 > Network is back everywhere as of 8:51. Please end stored mode at the snack bar.
+14 < It's on. 41 sales stored. I still had sixty people laughing at me, for the record
+25 > It's on record. You'll be the first to get a text next time, before the bowlers.

# tenpin,rusty,forge support/priya
b3 17:30 > Heads up from Northgate: card network maintenance on {day+1} from 3 to 4 am Eastern. You shouldn't notice, stored mode is ready if you do.
+8 < Thank you. That's all I ever asked for. Frank

# prairie support/priya
b6 15:40 > Your booking page has the consent box now, with a paw. The designer insisted on two paws.
+6 < I'm SCREAMING it's so cute. thank you!!
b2 10:19 < first no-show fee charged, 50%, and she didn't even argue. told everyone at the dog show about you guys

# copperpot support/des
b4 15:50 < Exhibit A: the shrimp. Exhibit B: her comment "best pan ever" [paella.jpg, comment.png]
+9 > I've been doing this for eight years and this is my favorite file.
b3 11:44 > Response is submitted, Lionel, and the alerts are live. First one may look scary, it's only a warning.

# stonegate support/des
b1 09:31 > Second schedule is stopped. All 18 refunds are out, list attached. [refunds.csv]
+25 < The large man is calm now. We talked about fishing

# cornercure support/des
m190 > Amit, if you don't want to wait for tonight, I can push the list to the register right now. It's slow for ten minutes.
+4 < No no, now is the busy time, better at night. The tape is already on the plug
+2 > Then tonight it is, tape and all.

# kestrelc support/priya
b17 11:30 > Two big stickers are on their way, Joanna: CAFE and ROASTERY. Capital letters as ordered.
b14 12:51 < stickers are on. My barista added googly eyes
b5 11:02 < 3,100 went through. the number of the cafe, I can't believe myself
b2 15:18 < can we make it one login with a switch instead of two? I forget which one I am
+21 > We can, I'll merge them tonight. You'll see both shops at the top left.

# saffron support/priya
b6 16:31 < Good day, the 98 dollars are visible on the account. I thank you for your honesty.
b1 19:40 < Two new waiters start tomorrow, how do I give each one a code? There is no hurry.
`
