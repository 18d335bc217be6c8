/** Answered calls on the sales line and on Theo's own. Notation: call-script.ts. */
export const salesCalls = `
# b20 09:12 in quarry sales/theo
< Morning. Dale Hutchins, Quarry Road Auto. A fella at my parts supplier says he pays less than me to run cards, and I don't like being the dumb one.
> Nobody's dumb, these statements are written to be unreadable. What are you paying now?
< Two point nine flat plus thirty cents. Average ticket's about four hundred.
> On that ticket, interchange plus thirty-five points and eight cents would beat it most days.
< Most days. What about the other days?
> Fancy rewards cards cost more, I won't pretend otherwise. Send me two recent statements and I'll do it line by line.
< I'll have my daughter take pictures of them.
> Perfect. No sales talk until the math is done.
= Dale from Quarry Road Auto suspects that his flat 2.9% plus 30 cents is too much for a $400 average ticket. Theo proposed interchange plus 0.35% and 8 cents and offered a line-by-line comparison.
+ Dale to send photos of two recent statements
+ Theo to prepare the comparison

# b19 10:22 in mapleview sales/wes
< Hello, I'm Sheila Novak, I manage the front desk at Mapleview Dental. The doctor wants to know what it costs to take cards with you, all in.
> Happy to. Would you rather own the reader, or have it included?
< What's the difference in dollars?
> It's two ninety-nine once, or nothing if you stay two years. Dental usually lands near two point three percent.
< And the monthly thing? There's always a monthly thing.
> Ten dollars, and that has the security questionnaire in it.
< Oh. That's less than half of what we pay. Can you put it on paper so I can show Doctor Osei?
> You'll have a proposal in your inbox this afternoon.
= Sheila of Mapleview Dental asked for all-in costs of card acceptance. Wes quoted $299 or a free reader on two years, about 2.3% and $10 a month.
+ Wes to email a written proposal today

# b19 15:35 out magpie theo/theo
> Hi Zoe, Theo from Northgate. You filled in our form about card processing?
< I filled in a form to download a PDF, and now I have a boyfriend, apparently. You're the third call today.
> Ouch. Only one of those was me, I promise.
< Sure. Look, I sell old leather jackets, I do maybe six thousand a month. Are you going to tell me I'm special?
> I'd tell you that at six thousand you shouldn't pay anyone a monthly fee at all.
< Huh. That's the first useful sentence I've heard all week.
> I can text you one page and then leave you alone.
< Text it. And the leaving alone part, that too.
= Zoe of Magpie Vintage had only wanted a download and is tired of sales calls. Theo told her that at $6,000 a month she should not pay a monthly fee; she agreed to receive one page by text.
+ Theo to text a one-page offer and not call again

# b18 13:15 in goldenrod sales/wes
< Anders Nyholm here, Goldenrod Farm Market. Every day somebody asks me if I take food benefits, and every day I say not yet. I wrote you a text about it.
> I saw it. You need a permit number from the food program first, and that part only you can apply for.
< How long is that?
> Up to six weeks. It's an online form, they'll ask what share of your sales is staple food.
< Turnips. Ninety percent turnips.
> You'll pass. As soon as you have the seven digits, I switch it on in your terminal, that's a same-day thing.
< And the fee?
> No percentage on benefits. Fifteen cents a swipe.
< All right. It's the decent thing to do, I should've done it last year.
= Anders wants Goldenrod Farm Market to accept food benefits. He has to apply for a permit number himself, which may take six weeks; Wes can then enable it the same day at 15 cents a swipe.
+ Anders to apply for the permit online
+ Anders to send the seven-digit number to Wes

# b17 10:50 in kestrelc sales/wes
< Hi, it's Joanna at Kestrel. The deposit went to the wrong Kestrel again.
> Sorry, which one did you want it in, the cafe or the roastery?
< The grinders were sold by the roastery, so the roastery.
> Right, and they were rung up on the cafe's terminal.
< No, on the roastery's. Oh. Wait. We moved it to the front counter on the weekend because the other one was charging.
> So the little black one and the grey one swapped places.
< They swapped places. I am an idiot.
> You're short on labels. I'll send two big stickers with the names on.
< Please. Put mine in capital letters.
= Joanna reported a deposit in the wrong account. The terminals of Kestrel Coffee and Kestrel Roasting Co. had been swapped over the weekend.
+ Wes to send large labels for both terminals

# b16 09:45 in foxglove sales/theo
< Is this the right place to ask about a web shop? I'm Miriam, I have Foxglove Books.
> It is. Do you sell online already?
< A bit, on a site my nephew made. The trouble is stock. Somebody buys the last copy of a book online while another person is holding it in the shop, and then I'm the one apologizing.
> So you want one list for both.
< One list, yes. And I don't want to type four thousand titles again.
> You wouldn't, we can import a spreadsheet. The best thing is a demo with your own titles in it, about forty minutes.
< After four, when the children's hour is over?
> {day+4} at four thirty, then. I'll bring the register along.
= Miriam of Foxglove Books needs one stock list for her shop and website. Theo will show a register with her own titles.
+ Demo at Foxglove Books on {day+4} at 4:30 pm
+ Theo to import the spreadsheet of titles beforehand

# b16 13:20 in lotus sales/wes
< Hi, I see the sign at my friend's salon, customer pays a little more with card, less with cash. How you do that?
> That's the cash discount program. The shelf price is the card price, and people who pay cash get four percent off.
< So I keep the whole forty dollars for a gel set?
> You keep all of it, and you pay us a flat forty-nine a month.
< Debit card too?
> Under a discount, yes. A surcharge would be different, that one isn't allowed on debit.
< My landlord gives me a new lease, maybe I move two doors down. I sign with you after I sign with him.
> No hurry, Mai. I'll pencil in two weeks and ask how the lease went.
< You're nice. The other man was pushing.
= Mai from Lotus Nails asked how a cash discount works. Wes explained the 4% discount for cash and the flat $49 a month. She will decide once her new lease is signed.
+ Wes to call in about two weeks

# b15 11:15 in fogline sales/theo
< Teresa Quan with Fogline Catering, out in San Francisco. A client of ours in Dayton swears by you. Do you even work with people out here?
> We do, only the handshake is by video. What's bothering you?
< We take half up front, half on the night, usually eight to twenty thousand. Our current people freeze every deposit over ten.
> Because you told them your high ticket was two thousand when you signed?
< Possibly. That was four years ago.
> That's the whole mystery. With the right ticket size in the file, nobody panics. I'd need three statements and a sample contract.
< I'll send them tonight. If you don't get me at the office number, use the other one, four one five, five five five, oh one seven seven.
= Teresa of Fogline Catering in San Francisco loses access to deposits over $10,000 because an old high-ticket limit is on file. Theo can set the right ticket size once he has three statements and a contract.
+ Teresa to send three statements and a sample contract

# b14 10:05 in mainst sales/theo
< Theo! Tyrell, Main Street Barbers. I'm opening a second shop, Fifth Avenue, four chairs.
> Congratulations. Same company or a new one?
< Same company, same bank. My partner Dee says we need two accounts though, so we can see which shop makes the money.
> Dee's right. Two merchant numbers, one login, and you'd get the same rate as now.
< Do I have to do that whole stack of papers over?
> Two pages. Plus the lease when it's signed and a photo of the storefront.
< Lease is a draft, the landlord's slow as Christmas. I'll mail you what I have.
> Send the draft, I can start with that. How come? Last time you told me one shop was one too many.
< My oldest cutter was about to leave and start his own place across the street. So I said, Andre, how about you run one for me instead, and you get a piece. Now he and Dee fight over floor tiles like an old couple.
> I like that. If Andre gets a piece, tell me before the papers, because anyone above twenty-five percent has to be on them.
< He gets ten. Ten and a parking spot.
> Ten's fine. When do you want to open?
< First of the month. And I want the reader that flips around, people like that one.
= Tyrell is opening a second barber shop on Fifth Avenue and wants a separate merchant number at the same rate. Theo can start with the draft lease.
+ Tyrell to mail the draft lease
+ Theo to open the second merchant number

# b14 15:50 in pelican sales/wes
> Sales, Wes speaking.
< Wes, Marcus from Pelican Car Wash. Your brochure says next-day funding. My money comes the day after next day.
> What time do you close out?
< Ten at night, when we shut the tunnel.
> There it is. The cutoff's nine, Eastern. Everything after that rides with the following batch.
< So I'm an hour late, every day, for two years, and no one told me?
> I'm afraid so, and that's on us. I can set the terminals to close by themselves at eight forty-five, and the last hour goes into the next day.
< Do it. That's, what, eleven thousand dollars I get to look at a day sooner.
= Marcus complained that deposits take two days. His 10 pm close-out misses the 9 pm cutoff; Wes will set the terminals to batch automatically at 8:45 pm.
+ Wes to set automatic batching at 8:45 pm for all Pelican terminals

# b13 09:30 out quarry sales/theo
> Dale, Theo. You've had the comparison since {day-3}. Does it hold water?
< I had my daughter check it. She says I'd keep about two hundred and ten a month.
> That's what I get, yes. Two hundred and six in a slow month.
< What I don't like is the six weeks. Truck season's coming and I can't have the machine down for a day.
> There's no six weeks. The old one stays plugged in until the new one has run ten sales.
< Then why'd the other outfit say six weeks?
> Because they wait for the old contract. Yours ended in May, I looked.
< Well, I'll be. Bring the papers next time you're over this way.
> {day+3}, around eleven?
< Eleven's good. Coffee's terrible, I warn you.
= Dale accepts that he would save about $210 a month and was worried about six weeks of changeover, which is not needed. He is ready to sign.
+ Theo to visit Quarry Road Auto on {day+3} at 11 with the agreement

# b13 14:25 in inkwell sales/wes
< Nora Sandoval, Inkwell Print. Can I just add three percent on cards? My cousin does.
> You may, with four conditions: a sign at the door, a line on the receipt, never on debit, and thirty days' notice to the card networks. We file the notice.
< My cousin has no sign.
> Your cousin may get a letter someday.
< Ha. I'll tell him at the next family dinner. What if it's a big account, like the school district? They'd scream.
> You can switch it off per invoice.
< Okay, that I didn't know. Let me think about whether I want the argument at the counter every day.
> Think it over. Some printers just raise the setup fee by a dollar and sleep well.
= Nora asked whether Inkwell may add 3% to card payments. Wes listed the rules for a surcharge and mentioned raising the setup fee as an alternative. She will think it over.

# b12 10:40 in halcyon sales/wes
< Hello, Bianca from Halcyon Day Spa. Our clients keep asking for gift cards and I've been writing them on paper like it's 1985.
> Charming, but accountants hate it. You'd get a hundred printed cards for eighty-nine dollars.
< With our logo?
> With your logo, on that matte stock. Plus a nickel when one is activated, nothing when it's redeemed.
< Could someone buy one on our website at midnight? That's when husbands panic.
> The e-gift page does exactly that. It sends a code, they print it at home.
< Sold, I think. What about the paper ones that are still out there? Around sixty.
> We load them by hand into the system, you give us the list.
= Bianca wants gift cards for Halcyon Day Spa. Wes quoted $89 for 100 printed cards plus 5 cents per activation, and an e-gift page. About sixty paper cards can be migrated.
+ Bianca to send the logo and a list of open paper cards

# b12 18:10 in skyline theo/theo from=sales
> Theo Abernathy.
< Oh good, a human. Rhonda Pike, I run tow trucks, and I rang your sales line and it clicked around.
> It hands over to me in the evening. What's going on, Rhonda?
< Six drivers, six phones, everybody collects cash and forgets. I want cards, and I want to see who took what.
> Little readers that pair with the phone, each driver with a name. You'd see every swipe live.
< Even at three in the morning on the interstate?
> As long as there's one bar of signal.
< Send me six. No, seven, Lonnie will drive over one.
= Rhonda wants card readers for her six tow truck drivers so that she can see who collected what. She ordered seven phone readers.
+ Theo to ship seven readers to Skyline Towing

# b11 11:55 in fogline:2 sales/theo
< Theo, Teresa, from the other phone, I'm in a parking garage with four hundred canapes.
> Living the dream. I've got your three statements. Nineteen percent of your volume is corporate cards, that's where the money goes.
< Can you do anything about those?
> If we pass the tax amount and an invoice number along, they drop by almost a point. You have both on your contract already.
< So it's only typing?
> It isn't even typing, the gateway reads it off the invoice.
< And the deposits over ten thousand?
> I put your high ticket at twenty-five. Underwriting wants one sentence on your refund policy.
< Fifty percent back up to two weeks before the date. Gotta run, I have a freight elevator.
= Theo reviewed Fogline's statements: 19% corporate cards that could cost almost a point less with invoice details. High ticket proposed at $25,000; the refund policy is 50% until two weeks before the event.
+ Theo to send the refund policy to underwriting

# b11 15:10 in dovetail sales/theo
< This is Ingrid Falk, Dovetail Cabinetry. I'd like to ask how other shops of my size collect the final payment.
> How do you do it today?
< I drive over, I look at the kitchen, they cry a little because it's beautiful, and then they look for the checkbook.
> With a pay link you'd text them an amount, and they pay from the phone while they're still crying.
< What does it cost? The last job was fourteen thousand.
> By card about three hundred and eighty. By bank transfer it's capped at ten dollars.
< Ten! Then they shall have the bank transfer.
> You can offer both and add a gentle hint.
< I'm good at gentle hints. Please set it up.
= Ingrid asked how to collect final payments for kitchens. Theo suggested pay links: a bank transfer is capped at $10, a card payment on $14,000 costs about $380.
+ Theo to set up pay links for Dovetail with bank transfer first

# b10 10:15 in albion sales/theo
< Good afternoon, or morning for you. Giles Thornbury of Albion Imports. We spoke at the trade fair, I had the tweed.
> I remember the tweed. How's London?
< Damp. We're opening a warehouse in Cincinnati, and our American buyers wish to pay in dollars without a transatlantic fee.
> Then you need a US entity with a US bank account. Do you have those?
< The entity since spring. The bank is, shall we say, considering us.
> Until they're done considering I can only prepare the file. Passport, certificate of incorporation, last year's accounts.
< In pounds, if that's acceptable?
> Pounds are fine, underwriting owns a calculator.
< Splendid. I shall send a text when the bank stirs.
= Giles wants Albion Imports to be paid in dollars for its new Cincinnati warehouse. The US entity exists, the US bank account is pending; Theo can prepare the file.
+ Giles to send passport, certificate of incorporation and accounts
+ Giles to report when the bank account is open

# b9 09:25 in mapleview:2 sales/wes
< This is Doctor Osei, Mapleview Dental. Sheila gave me your proposal. I have one question and it isn't about money.
> Go ahead, Doctor.
< Patients hand over a card while they're still numb. If they dispute it later, claiming they didn't understand, what do I have?
> A signed estimate before treatment, the chip read, and the appointment record. With those three you'd win nearly always.
< Nearly.
> I'd be lying if I said always.
< Good. The last salesman said always. Do you keep card numbers anywhere?
> No, only a token, and it's useless outside your office.
< Then tell Sheila she may go ahead.
= Dr. Osei asked how to defend against patient disputes and whether card numbers are stored. He was satisfied with the answers and approved the proposal.
+ Wes to send Sheila the agreement

# b1 11:32 in +18885550199 sales/theo
< Hello! This is an important message about your business listing. Your profile isn't verified and may soon be shown as permanently closed.
> Are you a recording?
< To speak to a listing specialist, press one. To be removed, press two.
> Two. I pressed two. I've pressed two every week since spring.
< Please stay on the line while we connect you with a listing specialist.
> No, no, that's the opposite of two.
< Hi, this is Brad, how's your day going, boss?
> Brad, take us off your list, and have a nice life.
= A robocall about an unverified business listing. Theo asked to be taken off the list.

# b9 14:15 in oldham sales/wes
< Winnie Oldham, Oldham Stave Cooperage. We give tours of the barrel works and I need something people can pay on at the end, away from the shop.
> How far from the shop?
< Two hundred yards, in a stone building with walls like a castle.
> Wi-Fi won't get through that. The P8 handheld has a SIM inside, it only needs a phone signal.
< One bar by the door, three by the cat.
> Then the cat's our signal engineer. Twenty-two a month each, airtime included. How many tours run at once?
< Two, three when it's peak season.
> Start with two, and we can rent you the third by the month.
< That's sensible. My husband wanted to buy five.
= Winnie needs payment at the end of cooperage tours, in a stone building without Wi-Fi. Two P8 handhelds at $22 a month each were agreed, a third can be rented in peak season.
+ Wes to ship two P8 handhelds

# b8 10:10 out lotus sales/wes
> Hi Mai, Wes from Northgate. I said I'd ask about the lease.
< Wes! I signed it, on {day-1}. Two doors down, bigger window, I'm so happy.
> Wonderful. So do we start the cash discount with the new shop?
< Yes, from the first day. But my sister says people will be angry.
> Some ask. You say there's a discount for cash, not a fee for cards. People like the word discount.
< Discount, not fee. Okay. And you bring the stickers? I don't want ugly ones.
> Two window stickers and one for the counter, cream and gold. I'll mail the agreement today.
< Good. I read it with my sister, she reads everything.
= Mai signed her new lease and wants to start the cash discount with the new shop. She is a little worried about reactions; Wes advised to speak of a discount.
+ Wes to mail the agreement and bring three stickers

# b7 09:50 out foxglove sales/theo
> Miriam, it's Theo. Now that the demo has had a night to settle, what does your gut say?
< My gut likes it. My nephew is offended.
> He built a good site, we'd leave it standing. Only the stock moves.
< That's what I told him. What I didn't understand is what happens to a book I sell at the Saturday market.
> You take the handheld along, and it books out of the same list. Without a signal too, it catches up later.
< Well, that settles the market. And it's the sixty-five a month, the reader included?
> Sixty-five, reader included, and the import of your titles is free until the end of the month.
< Then send the agreement, before I start thinking.
= Follow-up to the demo at Foxglove Books. Miriam likes the register, asked about market sales and confirmed $65 a month including the reader.
+ Theo to send the agreement

# b7 15:30 in ridgetop sales/wes
< Hey, Kyle, Ridgetop Outfitters. So we do nothing for eight months and then four months of insanity. Our processor put a ten percent reserve on us right before the snow.
> Did they give a reason?
< "Unusual spike." It's winter. It happens every year.
> You'd be set up as seasonal with us, with the spike written into the file. No reserve, if last season's chargebacks were under half a percent.
< We had two. In total. One guy broke a leg and blamed the skis.
> Then I'm not worried. When does the first bus arrive?
< In about three weeks.
> That's tight, but doable. I need the statements of your four wild months, those are the ones that scare people.
= Kyle is upset that his processor holds a 10% reserve before the ski season. Wes offered a seasonal account without a reserve; the first bus arrives in about three weeks.
+ Kyle to send last season's statements

# b6 10:30 out quarry sales/wes
> Mr. Hutchins, this is Wes, I do the installs. Theo tells me you signed in the middle of an oil change.
< I did. There's a thumbprint on page three, tell him it's a feature.
> I'd like to come by with the terminal. Is {day+1} at eight any good?
< Eight's when everyone drops off keys. Make it ten.
> Ten it is. Do you have a network jack by the counter?
< I have a jack, and I've got a wasp nest next to it, one of the two works.
> I'll bring a long cable and a short temper. It takes half an hour.
< Good man. Park on the left, the dog owns the right.
= Wes arranged the installation at Quarry Road Auto for {day+1} at 10. There is a network jack by the counter.
+ Wes to install the terminal on {day+1} at 10 am

# b6 14:05 in cobalt theo/theo
< Uh, hi. Jared, Cobalt Vape and Glass. I told you to stop texting, a while ago.
> You did, and I stopped. I got your mail, too.
< Right. So the bank I went with dropped me. Letter on the door, basically. What's that high-risk thing you had?
> A bank that takes vape shops on purpose. Three point nine, and they hold five percent back for six months.
< Six months... and then I get it back?
> All of it, month by month, if chargebacks stay under one percent.
< That's not great, but it's better than cash only. I've been cash only since Saturday. It's killing me.
> Send the letter and your tobacco license, I'll walk it over personally.
< Okay. Thanks for not being a jerk about it.
= Jared's bank has dropped Cobalt Vape and he has been cash only since Saturday. Theo described a high-risk bank at 3.9% with a 5% reserve for six months; Jared wants to apply.
+ Jared to send the termination letter and his tobacco license
+ Theo to submit the application

# b5 11:00 in aster sales/theo
< This is Denise Yoon from Aster Optical, head office. We're putting out a request for four stores, and I was asked to get three quotes.
> Are we quote number one, two or three?
< Three. I'll be honest, the other two came with slides.
> I can do slides. I'd rather ask what annoys you today.
< Four different statements in four different formats. And I never know which store a refund belongs to.
> So one statement, store numbers on every line, one login for you and a small one for every store.
< If that's real, I don't need slides. Vision plans pay part of it, does that matter?
> It matters for the ticket size. Could you send me one week of totals per store?
= Denise is collecting quotes for Aster Optical's four stores. Her pain points are four different statements and refunds that cannot be traced to a store.
+ Denise to send one week of totals per store
+ Theo to quote four stores on one statement

# b5 16:20 in tinker sales/wes
< Mr. Bell here, of Tinker's Toy Chest. Around the holidays I have a line that reaches the puppets.
> And one terminal, if I recall.
< One terminal and one cashier, who is me.
> You could rent a second one by the month. Thirty-five dollars, send it back when the puppets are lonely again.
< Do I need a second cashier for it?
> That's the catch.
< My granddaughter is sixteen and quicker than I am. Would she see my takings?
> You'd give her a clerk code, she can sell and not look.
< Excellent. From the fifteenth, please, and not a day earlier, I count every dollar.
= Mr. Bell wants a second terminal for the holidays at $35 a month, with a clerk code for his granddaughter who should not see the takings.
+ Wes to deliver a rental terminal on the fifteenth

# b4 09:35 in larkspur sales/theo
< Hi Theo! Nadia from Larkspur. After that replacement business I swore I'd never call again unless it's for fun, so here's fun: we've got a booth at the bridal expo.
> How many people?
< They say two thousand over the weekend. I want to take deposits right there before they see the next florist.
> Two P8 handhelds, twenty-two a month each, and I can have them to you by {day+3}.
< Can I do a deposit now and the rest later on the same card?
> Yes, it keeps a token. You press balance due, and they get a receipt each time.
< Love it. Email me the price for two and for three, my sister may come along.
= Nadia needs handhelds to take deposits at a bridal expo with two thousand visitors. Two P8s at $22 a month can arrive by {day+3}.
+ Theo to email prices for two and three handhelds

# b4 13:50 in pawprint sales/wes
< Hello there, Gwen Ashby, Pawprint Boarding. Somebody named Lacey told me I'd be out of my mind not to call you.
> Lacey from Prairie Dog Grooming? I owe her a cake.
< She says you can hold a card on file, so no-shows pay. I had five empty kennels last weekend.
> Five at what rate?
< Forty-two a night. You can do the math, I did, and then I ate a pint of ice cream.
> They sign once when booking, and the deposit's charged automatically unless they cancel two days ahead.
< That's what I want. Could somebody show me? I'm slow with screens.
> I'm in Dayton on {day+3}. Half past one?
< Half past one, the dogs nap then.
= Gwen of Pawprint Boarding, referred by Lacey, loses money to no-shows at $42 a night. Wes explained cards on file with automatic deposits and will show her in person.
+ Wes to visit Pawprint Boarding on {day+3} at 1:30 pm

# b3 10:20 in pelican sales/wes
< Marcus again. I'm signing for a third location, the old bank on Route 35.
> You're turning a bank into a car wash?
< With a drive-through already built in. Best idea I ever had. What do I pay for three?
> Over a hundred and fifty thousand a month across all sites, I can take you down six points. I'd have to check two numbers.
< Six points as in zero point zero six?
> Yes, basis points. On your volume that's about ninety dollars a month.
< Not a yacht. But fine. Who do I put in touch with my electrician about the pay stations?
> Me. Let's get everyone on one call {day+1}, then nobody can blame the other.
= Marcus is opening a third Pelican site and asked for pricing. Six basis points less, about $90 a month, if the volume passes $150,000.
+ Wes to set up a call with Marcus, the electrician and the site manager on {day+1}

# b2 09:03 out pelican,+19375550166,+19375550167 sales/wes
> Okay, I've got Marcus, the electrician, and the site manager. Can everybody hear me?
<1 Loud and clear.
<2 Yeah, this is Bo, from the electric side.
<3 Hi, Tasha, I'll run the new site.
> Bo, each pay station wants a twenty amp circuit of its own and a network line in a separate conduit.
<2 Separate conduit? Nobody drew that. There's one pipe and the concrete goes in on {day+2}.
<1 Then stop the concrete, please.
<2 I can lay a second pipe tomorrow, but it's about six hundred bucks.
<1 Cheaper than breaking it open afterwards. Do it.
<3 And where do I plug in the printer for the office?
> Any normal outlet, Tasha. I'll text all three of you the drawing today.
= Group call on Pelican's third site with Marcus, Bo (electrician) and Tasha (site manager). Pay stations need separate 20 amp circuits and a second conduit, which Bo lays for about $600 before the concrete is poured.
+ Bo to lay the second conduit
+ Wes to text the drawing to all three

# b2 11:25 in +17405550149 sales/theo
< Hi, I heard you on the radio, between the farm report and the weather. I make cheese.
> Best slot there is. What's your name?
< Bettina. It's just me and sixty goats. I sell at three markets and from the barn, and folks don't carry cash anymore.
> How much a month, roughly?
< Two thousand in a good one. Is that too small? The bank gave me a look.
> It isn't too small. A card reader that plugs into your phone, two point seven percent, and nothing in a month without sales.
< Nothing? In February the goats are dry and so am I.
> Then in February you pay nothing. Can I get an address for the reader?
< I'd rather come by. I don't give addresses on the phone, no offense.
= Bettina makes goat cheese and wants to take cards at markets, about $2,000 a month. Theo offered a phone reader at 2.7% without a monthly fee. She will come by the office.

# b2 15:45 in mainst theo/theo
< Yo Theo. Keys in my hand. The Fifth Avenue shop is real.
> There we go! Did the lease come out like the draft?
< Two hundred less a month, 'cause Dee cried. When can the reader be there?
> It's on my desk, programmed. I could bring it over {day+1} at nine, before you open.
< Nine works, Dee will be there, I'm cutting at the old place.
> Does she know how to close out a day?
< She knows how to close out a bank robber. Show her once.
> And the first month's fee is on the house, I talked to Renata.
< My man. Free cut for you, you need one.
= Tyrell has the keys of the Fifth Avenue shop. Theo will bring the programmed reader and train Dee; the first month's fee is waived.
+ Theo to deliver the reader on {day+1} at 9 am

# b1 10:10 in oldham sales/wes
< Hello Wes, Winnie from the cooperage. The two handhelds came. One of them speaks French.
> Pardon?
< Exactly. It says bonjour and asks for a montant.
> Okay, that's a language setting from the factory. Hold the F key, then menu, then the little globe.
< F key, menu... globe... anglais. Oh, that's us! It says welcome.
> That's it. Did you try a sale near the cat?
< A test one for a dollar, it took four seconds. The cat was very proud.
> I'd call that installed. Shall I put you down for the third one in peak season?
< Let's see how the first weekend goes.
= Winnie's two handhelds arrived, one set to French. Wes helped her switch the language; a test sale worked. She will decide on a third handheld after the first weekend.
`
