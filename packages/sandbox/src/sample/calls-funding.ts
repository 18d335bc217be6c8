/** Answered calls on the funding line and on Gloria's own, some in Spanish. Notation: call-script.ts. */
export const fundingCalls = `
# b3 15:50 in +13045550177 funding/gloria
< Are you the people who keep texting me that I'm approved for a quarter of a million?
> No, ma'am, we don't text people who haven't asked. What does it say?
< "Northgate Capital, final notice." I run a yarn stall, I don't need a quarter million.
> That isn't us. We're Northgate Merchant Services, somebody picked a name that sounds alike.
< So if I reply stop...
> Then they know that the number's alive. Better block it and forward it to seven seven two six, that's free.
< Well, you sound nice enough. Sorry I barked.
> Bark away, I'd bark too.
= An unknown caller asked about unwanted texts from a "Northgate Capital". Gloria explained that it is another company and how to report the texts.

# b18 09:30 in gearhart funding/gloria
< Tobias Gearhart, Gearhart Bicycle Works. I have to buy spring stock in the dead of winter, as every year, and I'm tired of asking my father.
> How much does your father usually give you?
< Thirty. With a lecture.
> We'd do thirty without the lecture. What do your cards bring in a month?
< Forty-one thousand in June, six in January.
> Then a fixed daily payment would choke you. I'd do a percentage, so it's small while it's small.
< What would it cost me all in?
> Between five and six thousand, I can't promise until I've seen a year of statements.
< That's a lot of lecture. But send me the list of what you need.
= Tobias is looking for $30,000 for spring stock. Gloria suggested a percentage of daily sales because of the strong season and estimated a cost of $5,000 to $6,000.
+ Gloria to send the list of documents

# b17 11:05 in pinecrest funding/gloria
< Gloria, this is Wanda, at the motel. I'm behind and I don't want you to hear it from the bank.
> I'm glad that you called first, Wanda. What's happening?
< The bridge is closed, so nobody comes through. I've got four rooms out of thirty. And the three-ten goes out every single day.
> You're right, that can't work. I can ask the funder to lower it, but I'll need last month's bank statement and the occupancy.
< I've never missed a payment in my life. I'm ashamed to ask.
> You're asking before it breaks, that's the opposite of shameful.
< Okay. I'll send it tonight, if I can get the scanner to behave.
= Wanda of Pinecrest Motel cannot keep up with $310 a day since the bridge is closed and only four of thirty rooms are taken. Gloria will ask the funder for a lower payment.
+ Wanda to send last month's bank statement and the occupancy
+ Gloria to request a reduction

# b16 10:20 out delmar funding/gloria
> Xiomara, it's Gloria. I've got the answer, and it isn't the one I hoped for.
< They said no.
> They did, for now. Two overdrafts in the last ninety days, and the tax lien from last year is still on file.
< The lien's paid! I paid it in the summer, I have the letter.
> You paid it, but the county hasn't recorded it. Could you send me the letter?
< I work nights, I clean eleven offices, when am I supposed to stand at the county window?
> I know. I'll call the county myself if you authorize me. Once it's off, I'll hand it in again, by hand.
< All right. I was counting on that van.
> I haven't closed the file.
= Del Mar Janitorial was declined because of two overdrafts and a tax lien that is paid but not recorded. Xiomara is disappointed; Gloria will call the county and resubmit.
+ Xiomara to send the lien letter and an authorization
+ Gloria to call the county

# b4 15:05 in +12165550188 funding/gloria
< Hi there, Skip Farrow, I'm a funding consultant. I've got merchants lined up, hot ones, seven points for you on each.
> Who are the merchants?
< Landscapers, trucking, one guy with a zoo. Everybody's pre-approved.
> By whom?
< By me, basically.
> Mr. Farrow, we only take files from partners with a license and a signed agreement, and we pay two.
< Two? Two's an insult. I've got a zoo!
> Then I hope the zoo finds a good home. You're welcome to fill in the partner form on our website.
< I don't do forms, sweetheart.
> And I don't do zoos. Goodbye.
= A broker offered merchants for seven points. Gloria declined and referred him to the partner form.

# b15 14:00 in ironbird funding/gloria
< Hey, coach Darnell, Ironbird Fitness. I'm looking at fifty-five thousand for racks, plates and new flooring.
> Nice. How long have you been open?
< Two years in the spring. Memberships do about forty-four a month, nearly all on cards.
> That should fit. We'd take around twelve percent of daily sales for nine months or so. The factor might be one point two four.
< Meaning I pay back what?
> Sixty-eight two. So thirteen thousand two hundred for the money.
< Hmm. That's a lot of burpees. I want to see an offer on paper before I flinch.
> Three bank statements and your ID, and you'll have one in two days.
= Darnell wants $55,000 for gym equipment and flooring. Gloria outlined 12% of daily sales over nine months at a factor of 1.24, payback $68,200.
+ Darnell to send three bank statements and ID
+ Gloria to prepare a written offer

# b5 16:30 in forge funding/gloria
< This is Ray Dunlap, with the barbecue trucks. I heard you lend to people who smoke.
> Only meat. What's on your mind?
< Fourth truck. It's a retired ambulance, I'd paint flames on it. Guy wants thirty-eight.
> Do three trucks pay for themselves?
< Two do. The third one's learning.
> Then I'd be a bad friend to pay for a fourth. Get the third to break even by spring and I'll write you the check with joy.
< You're turning me down?
> I'm turning down the ambulance. You could have ten for repairs on number three.
< Huh. My mother would like you.
= Ray asked for $38,000 to buy a fourth food truck. Gloria advised to wait until the third breaks even and offered $10,000 for repairs instead.

# b15 17:40 out solano gloria/gloria
> Buenas tardes, doña Lupita, le habla Gloria, de Northgate. Me pasaron su mensaje: la terminal no imprime.
< Sí, mire, sale el papel en blanco, blanco, como si no tuviera tinta.
> No lleva tinta, lleva papel térmico. Puede que el rollo esté puesto al revés.
< ¿Al revés? Lo puso mi hijo esta mañana.
> Saque el rollo y ráyelo con la uña. El lado que se pone negro tiene que mirar hacia usted.
< A ver... se puso negro el otro lado. ¡Ay, este muchacho!
> Voltéelo y haga una prueba.
< Ya salió, clarito. Muchas gracias, señorita, y disculpe la molestia.
> Ninguna molestia. Dígale a su hijo que a todos nos pasa.
= Lupita's terminal printed blank receipts because the thermal paper was loaded the wrong way round. Gloria talked her through turning it; the test receipt printed. They spoke Spanish.

# b2 09:35 in +14195550188 funding/gloria
< Hello, I've a question, and I'm not sure it's for you. What's the difference between a loan and this advance thing?
> It's for me. With a loan you owe a sum and interest. With an advance you sell a part of your future card sales, at a fixed price.
< So if I sell nothing, I owe nothing?
> In that month, right. But the price is high, and it doesn't get cheaper if you pay slowly.
< Then who'd want it?
> People with good sales and no patience, or no collateral.
< I've got a kiln and lots of patience.
> In that case go to your credit union first. If they say no, come back, I mean that.
< That's the oddest sales pitch I've ever had.
= A potter asked how an advance differs from a loan. Gloria explained both and advised her to try her credit union first.

# b14 13:05 in tricounty funding/gloria
< Gene Wojcik, Tri-County Plumbing. I made my last payment {day-2}. How come there's still a filing on my business? My bank's asking.
> Congratulations, first of all. The filing's released within thirty days after payoff, automatically.
< I'm buying a building in ten. I don't have thirty.
> Then I'll order it by hand and send you a zero balance letter today. Does the bank want it from us or from you?
< From you, on a letterhead. They don't believe plumbers.
> What's the banker's address?
< I'll text it. And put in that I never missed one, 'cause I didn't.
> Twelve months, not one late. I'll put it in bold.
= Gene has paid off his advance and needs the lien filing released within ten days for a building purchase. Gloria will order the release and send a zero balance letter.
+ Gene to text the banker's address
+ Gloria to send the zero balance letter and order the release

# b13 14:05 out pinecrest funding/gloria
> Wanda, are you sitting down? They took it.
< They took it? What's the number?
> A hundred and forty a day instead of three ten, for ninety days, then we look again.
< Oh, thank God. Excuse me. I need a second.
> Take your time.
< I'd already told the girl at the desk I couldn't keep her on.
> Then you may un-tell her. It starts with the debit on {day+1}.
< Does it cost me extra in the end?
> The total stays the same, it only takes longer. I'll send the paper tonight, you sign with your finger.
< You've no idea what this means to us out here.
= The funder agreed to lower Pinecrest's payment from $310 to $140 a day for ninety days, starting {day+1}. Wanda is very relieved.
+ Gloria to send the amendment for signature

# b12 11:40 out gearhart funding/gloria
> Tobias, I've got your offer. Thirty thousand, factor one point one nine, eleven percent of daily sales.
< So five thousand seven hundred. My father gave me a counteroffer, you know.
> Did he? What are his terms?
< Zero percent, and I have to come to dinner every Sunday.
> That's hard to match, what's the food like?
< My mother cooks, it's excellent. Look, I'm going to be honest, I think I'll take the dinners this year.
> I'd do the same. The offer stands for ten days, in case there's a fight at the table.
< Kind of you not to push. I'll keep you in mind for the shop next door.
= Gloria offered Tobias $30,000 at 1.19. He will take his father's interest-free loan this year but keeps Northgate in mind for the shop next door.

# b12 15:00 in bluejay gloria/gloria
< Gloria, buenas, habla Héctor, de Blue Jay. Ya casi termino de pagar el primer préstamo, ¿verdad?
> Le quedan dos mil cien, Héctor. Va usted muy bien.
< Es que viene la nieve y quiero comprar dos palas nuevas para las camionetas. Son catorce mil.
> Podemos renovar. Le liquidan los dos mil cien y le depositan la diferencia.
< ¿Y el factor? La vez pasada me salió caro, a uno veintiocho.
> Con su historial pediría uno veintidós. No le prometo, pero lo peleo.
< Usted siempre pelea bien. ¿Qué papeles?
> Los últimos tres estados de cuenta, nada más, y una foto de las palas.
< ¿De las palas? ¡Si todavía no las tengo!
> La cotización, pues.
= Héctor wants to renew his advance for $14,000 to buy two snow plows; $2,100 is still open. Gloria will ask for a factor of 1.22 instead of 1.28. The conversation was held in Spanish.
+ Héctor to send three statements and the quote for the plows
+ Gloria to request the renewal at 1.22

# b11 09:50 out ironbird funding/gloria
> Darnell, your offer's out: fifty-five, one point two four, as I said.
< Yeah, I'm reading it on the rower. Twelve percent a day, even on a bad day?
> Twelve percent of whatever comes in. On a day with zero, you pay zero.
< Okay, that part's humane. What if I pay it all back in four months?
> Then I can get you a discount of four points on what's left, I'd have it written in.
< And if I took fifty and skipped the fancy mirrors?
> The factor goes down to one point two two, because it's a safer ratio. I'd have to reprice it.
< Reprice it. Nobody ever got stronger from a mirror.
= Darnell received the $55,000 offer and asked about slow days and early payoff. He would rather take $50,000 at 1.22.
+ Gloria to reprice the offer at $50,000 with the early payoff discount

# b9 08:10 in bigbend funding/gloria
< Straight to it, Cody Amundsen, Big Bend Roofing. Eleven guys on my payroll and the general contractor's sixty days late. I need twenty-five thousand by {day+2}.
> Is the contractor good for it, or is he going under?
< He's good, he's slow. Hospital job. The invoice is eighty-eight.
> Then it can be done. Four months of statements, your license front and back, a voided check. If I have it by noon, you'll hear today.
< You'll have it in an hour. I'm on a roof but my wife's at the computer. I should say, I've never borrowed for wages before. Trucks, yes. Shingles, yes. But these guys have kids, and two of them asked me this morning, sort of sideways, if we're all right. I said sure, and then I sat in the truck for ten minutes.
> That's a decent thing to lose sleep over, Cody. Is there anything else coming due this month, insurance, truck notes, taxes?
< Insurance on the twentieth, nineteen hundred. Taxes are paid, she does those in her sleep.
> Good. Then I'll leave room for the insurance, so we don't fix one hole and open another.
> Come down from the roof before you sign anything.
< Ha. What's it gonna cost me?
> Around one point one eight, if you repay when the hospital pays.
= Cody needs $25,000 by {day+2} to pay eleven roofers because a general contractor is sixty days late. Gloria can decide today at a factor of about 1.18.
+ Cody to send four months of statements, license and voided check by noon

# b9 13:05 out mainst funding/gloria
> Tyrell, Gloria in funding. Theo says you might want something for chairs?
< Four chairs, two sinks, and mirrors. It's like eleven grand and the landlord gives me three.
> Eight, then. Your first shop does twenty-six a month on cards, that's easy.
< How easy? What's it take out of the till?
> Nine percent of card sales for seven months. A hundred comes in, you keep ninety-one.
< I tip out more than that. Does it hit both shops or just the old one?
> Only the old one, until the new one has found its feet.
< I like that. Let me run it past Dee, she's the brains.
= Tyrell could use $8,000 for chairs and sinks in the second shop. Gloria offered 9% of card sales of the first shop over seven months. He will ask his partner.
+ Tyrell to talk to Dee

# b8 11:45 out bigbend funding/gloria
> Approved. Twenty-five thousand, one eighteen, no penalty if the hospital pays you early.
< Get out. In one day?
> In six working hours, your wife scans beautifully.
< I'll tell her, she'll frame it. When does it land?
> If the contract's back by two, the wire's out tonight and it's there in the morning.
< My guys have no idea how close this was. I haven't slept since the weekend, to be honest with you.
> Then sign and take a nap. And next time call when he's thirty days late, not sixty.
< Yes, ma'am. Lesson learned, I swear on my ladder.
= Big Bend Roofing was approved for $25,000 at 1.18 without prepayment penalty. The wire goes out tonight if the contract is back by 2 pm.
+ Cody to sign by 2 pm
+ Gloria to send the wire

# b8 15:15 in ironbird funding/gloria
< Coach here. Fifty at one twenty-two. Is that the last word?
> It's the last word with the early payoff discount in it. Sixty-one thousand total.
< My wife's an accountant. She asked me to ask what it is as a yearly rate.
> About fifty-two percent, if you take the full nine months. It's expensive money and I won't dress it up.
< She said fifty-two, too! Okay, you just passed her test.
> What was the test?
< Whether you'd say the number. The last guy said "it doesn't work like that."
> It works exactly like that.
< Send it over, we'll sign tonight. Squats start next week.
= Darnell accepted $50,000 at 1.22 ($61,000 payback). He asked for the annual rate and valued the straight answer of about 52%.
+ Gloria to send the contract for signature tonight

# b7 11:35 in solano funding/gloria
< Gloria, it's Mateo, Lupita's son. The one with the paper.
> Mateo! Your mother told me it was the wind.
< She would. Listen, we want to put in a bigger hood, the fire inspector was here, it's nine thousand. My mom says she doesn't want debts.
> It isn't a loan in the bank sense, you sell a slice of future sales. But it costs money, so she's right to be careful.
< How much is the slice?
> For nine thousand you'd pay back about ten eight, over seven months.
< I'll talk to her after closing. She trusts you more than me, could you write it in Spanish?
> Le escribo hoy mismo. Tell her no decision without a night's sleep.
= Mateo asked about $9,000 for a kitchen hood at Taquería Solano; payback would be about $10,800 over seven months. His mother is careful about debt.
+ Gloria to write to Lupita in Spanish today

# b6 10:00 out delmar funding/gloria
> Xiomara, the county has recorded your payment. The lien's gone, I have it on paper.
< You called them? You really called them?
> Four times. The fourth lady was very nice.
< Nobody's ever done that for me. My own cousin wouldn't.
> Let's not celebrate yet, the overdrafts are still there. What happened on those two days?
< One client paid late, the insurance. He always pays late, I've fired him since.
> Write me exactly that, three lines, and I'll hand it in with the letter. I'd ask for twelve instead of eighteen.
< Twelve buys a used van. I'd kiss a used van.
= The county has recorded that Del Mar's lien is paid. Gloria will resubmit for $12,000 with an explanation of the two overdrafts.
+ Xiomara to write three lines about the overdrafts
+ Gloria to resubmit

# b6 16:30 in thistle funding/gloria
< It's Moira, from Thistle and Thyme. While the bride's seventy-two hundred is stuck, I'm short for two weddings. Can you bridge it?
> When are the weddings?
< {date+6} and the week after. I need linens, and lamb.
> I'd rather not put an advance on top of a dispute. Did Priya send your answer in?
< {day-3}, with the video. She says it's the best she's seen.
> Then ask your two couples for the second deposit ten days sooner, most will say yes if you ask plainly.
< That's... actually simple. I was about to borrow money out of pure temper.
> Temper's the most expensive reason there is.
= Moira wanted to bridge $7,200 that is held in a dispute. Gloria advised to ask two couples for earlier deposits instead of taking an advance.

# b5 13:35 in mercado funding/gloria
< Hello, good afternoon, Rosario Peña, Mercado La Palma. I wrote a mail, in Spanish, I hope that was okay.
> Más que okay, I answered it an hour ago, perhaps it's under junk. You got forty thousand from us on paper, and the factor scared you.
< It scared my brother. He says one point two six is like a pawn shop.
> He's not entirely wrong. What's the forty for?
< Two freezers and the first order for the holidays, tamales, hojas, everything.
> Then maybe don't take forty. Freezers can be leased at nine percent, and you take fifteen for the stock.
< You're talking yourself out of money.
> I'd rather see you again next year.
= Rosario finds a factor of 1.26 on $40,000 too high. Gloria suggested leasing the freezers at 9% and taking only $15,000 for stock.
+ Gloria to send a new offer for $15,000 and a contact for the freezer lease

# b3 11:10 out bluejay funding/gloria
> Héctor, it's done, one twenty-two, fourteen thousand minus the balance.
< So I get, what, twelve four?
> Eleven nine. The balance was two thousand one hundred, remember, and nothing else comes off.
< Right, right. The plows are fourteen. I'll put in the rest, I sold a mower.
> Good. The contract is in both languages, read the Spanish one, sign the English one.
< Why not sign the Spanish?
> Because the lawyers only read one, and they're expensive.
< Okay. My daughter will explain me the app. If it snows on {day+5}, I'm buying you lunch.
> Then I'll pray for snow.
= Blue Jay's renewal is approved at 1.22: $14,000 less the $2,100 balance, so $11,900 is paid out. Héctor will sign the English contract.
+ Gloria to send the contract in both languages

# b2 10:35 in bigbend gloria/gloria
< Gloria, it's Cody. The hospital paid! Eighty-eight thousand, all at once, like a bus.
> That's fantastic. What do you want to do?
< Pay you off, before I buy something stupid. What's the number?
> I'll get you the exact payoff, but it's close to twenty-six four with the early discount.
< That's it? I figured close to thirty.
> That's why we wrote no penalty into it. I'll send the wire instructions by mail, and please call me back to check the account number, never trust a mail alone.
< Smart. My neighbor got robbed like that.
= The hospital has paid and Cody wants to pay off the advance at once, about $26,400. Gloria warned him to verify the wire instructions by phone.
+ Gloria to mail the payoff amount and wire instructions
+ Cody to call back and verify the account number

# b2 14:20 in bramble funding/gloria
< Lenore Pickett, Bramble Hill Winery. I have a question about frost.
> Frost is new. Go on.
< We lost a third of the grapes. I'm not poor, the cellar's full, but I can't sell that wine before it's two years old. Meanwhile I have bottles to buy.
> So you're rich in the cellar and thin at the bank.
< Very nicely put. Could you lend against the wine?
> We can't, we only look at card sales. Your tasting room and the club, what's that?
< Nineteen a month, more in the fall.
> I could do fifteen thousand. For the rest there's a farm lender in your county who does take barrels, I'll give you her name.
= Bramble Hill lost a third of its grapes to frost and needs money for bottles. Gloria can offer $15,000 on card sales and will name a farm lender who accepts barrels.
+ Gloria to send the farm lender's contact

# b1 11:20 out delmar funding/gloria
> I've got two words for you: used van.
< No! Twelve?
> Twelve thousand, one point two nine, I couldn't get it lower with the overdrafts. Ninety-two dollars a day over eight months.
< Ninety-two a day. With a van I can take the medical building, that's two hundred a night.
> I did that sum, too. But sleep on it, it's real money.
< I've slept on it for six weeks, Gloria. I'm crying in a supply closet.
> Then cry, and call me when you've found the van. The paper's good for fifteen days.
< I've found it, it's white, it has a dent like a smile.
= Del Mar Janitorial was approved for $12,000 at 1.29, $92 a day over eight months. Xiomara is overjoyed and has already found a van.
+ Xiomara to confirm after a night's sleep

# b1 15:10 in solano gloria/gloria
< Gloria, habla Lupita. Ya dormí, ya recé y ya hablé con mi hijo.
> ¿Y qué dijeron los tres?
< Que sí, pero nomás siete mil. Lo demás lo pongo yo de la tanda.
> Me parece muy sensato. Entonces serían ocho mil cuatrocientos en total, en siete meses.
< ¿Y si un mes está flojo?
> Si entra poco, se paga poco. Es el diez por ciento de las tarjetas.
< Está bien. Pero el papel me lo lee usted por teléfono, letra por letra.
> Letra por letra, el {dia+1} a las cuatro, cuando cierre la cocina.
= Lupita decided to take $7,000 for the kitchen hood, payback $8,400 at 10% of card sales. Gloria will read the contract to her by phone. The call was in Spanish.
+ Gloria to call on {day+1} at 4 pm and read the contract
`
