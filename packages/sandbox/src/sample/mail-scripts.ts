/** The mailbox: 50 mails that count, six that a right reader leaves alone. Notation: mails.ts. */
export const mailScripts = `
# b20 16:05 archive Order desk <orders@terminalworks.example> -> priya
subject: Order 4412: partial backorder
key: order4412

Hello Priya,

ten P8 handhelds are on your order 4412. The firmware of the current lot has failed our test, so we can't give you a date before next month. You may keep your place in the queue or take the older model at the same price.

Please let us know what you prefer.

Order desk, Terminalworks

# b20 17:20 sent priya -> Order desk <orders@terminalworks.example>
subject: Re: Order 4412: partial backorder
re: order4412
cc: wes

We'll keep our place, thanks. The older model has the battery door that falls off, and our merchants have better things to do than look for battery doors. I'll ring you for a new date.

Priya Raman
Northgate Merchant Services, Support

# b19 09:20 inbox crossroads -> office
subject: police report 26-11873
attach: report-26-11873.pdf 88210, camera-1452.jpg 412004

Dear Sirs, here is the report and one picture from the camera, you can see the man and the card in his hand. My nephew wrote down the times: 11:04, 13:40, 14:52. He asks if he should have seen it. I told him no but maybe you can also tell him no.

Respectfully, Imran Sheikh

# b19 15:10 sent wes -> mapleview
subject: Proposal as discussed
key: mapleview
attach: mapleview-proposal.pdf 181377

Dear Sheila,

attached you'll find our proposal: reader at no cost on a two year term, qualified rate 2.29% plus 10 cents, ten dollars a month for the whole office, PCI questionnaire included. Page two compares it with the statement you read to me on the phone.

I look forward to the doctor's questions.

Wes Halloran
Northgate Merchant Services

# b18 10:40 archive mapleview -> wes
subject: Re: Proposal as discussed
re: mapleview

Hi Wes, I've put it on Doctor's desk between the x-rays, which is where he reads. He'll want to call you himself, he doesn't trust anything without a voice attached. Use of the office line is fine, but he tends to call from his own, so don't hang up on a 0163.

Sheila Novak, Office Manager

> attached you'll find our proposal: reader at no cost on a two year term

# b17 08:15 inbox Card Rules Weekly <news@cardrules.example> -> office
subject: This week: dispute windows get shorter
html

<html><body><h1>Card Rules Weekly</h1><p>Two networks will shorten the time to answer a dispute from 30 to 20 days, starting next spring.</p><p><b>What to do:</b> tell your merchants to keep delivery slips where they can find them.</p><p><a href="https://cardrules.example/unsubscribe">Unsubscribe</a></p></body></html>

# b16 08:50 inbox sweetbriar -> renata
subject: a cake is coming
key: cake

Dear Ms. Kowalczyk,

you don't know me. On a Sunday, with three hundred parish rolls in the oven, my printer quit, and your Desmond stayed on the line for forty minutes. He even asked how the rolls turned out. I've been baking for fifteen years and no supplier ever did that.

There will be a lemon cake at your door tomorrow. Half of it is his, please see to it.

Colleen Duffy, Sweetbriar Bakery

# b16 11:32 sent renata -> sweetbriar
subject: Re: a cake is coming
re: cake
cc: des

Dear Colleen,

you made my week, and I'm reading your letter aloud at the Monday meeting whether he blushes or not. The cake will be cut under supervision. If you ever want something from us that the rules don't allow, begin your mail with the word lemon.

Warmly,
Renata

> Half of it is his, please see to it.

# b16 15:40 sent theo -> quarry
subject: Your two statements, line by line
attach: quarry-road-comparison.pdf 96204

Dale,

here's what your daughter's pictures say. In {month-1} you paid $1,148, with us it would've been $934; in {month-2} $1,071 against $871. The savings come from the flat rate only, your equipment cost stays the same. One line I couldn't explain ("network access, $11.20") is pure invention on their side, by the way.

Let her check it, I like being checked.

Theo

# b14 14:12 sent des -> sunny
subject: ACH forms, English and Spanish
attach: ach-authorization-en.pdf 40112, ach-authorization-es.pdf 41090

Hello Keisha,

both forms are attached. Parents may print them or sign on the phone through the link in the footer. You need to keep every signed form for two years after the last payment; we store them for you if they sign online. The return fee of three dollars is in paragraph four, in case anybody asks.

Desmond

# b14 14:55 sent gloria -> Lena Ortega <lena.ortega@valleyfirst.example>, tricounty
subject: Zero balance letter, Tri-County Plumbing
attach: zero-balance-tri-county.pdf 51240

Dear Ms. Ortega,

please find our letter confirming that Tri-County Plumbing owes us nothing. TWELVE MONTHLY PERIODS, NOT ONE LATE PAYMENT. The release of the filing was ordered today under number UR-20931; the state usually posts it within three business days.

Should anything be missing, call me on my direct line, I know that time is short.

Gloria Fuentes
Northgate Funding

# b14 16:35 inbox mainst -> theo
subject: 5th ave lease (draft!!)
attach: lease-draft-5th-ave.pdf 240118

Theo here's the draft. Landlord says final by end of week, which means Easter. Ignore page 9 he wants us to paint the back alley and Dee said a word. Storefront pic when the old sign is off.

Ty

# b14 19:45 inbox ironbird -> gloria
subject: statements 2 of 3
attach: bank-2.pdf 310224, bank-3.pdf 298771

Gloria, two attached, the bank's website fell over before I got the third. Also my wife wants to know if "specified percentage" on your sheet can ever go up. I told her no but I said it with my eyes closed.

Darnell

# b14 21:15 inbox brightwash -> office
subject: NOTICE OF CANCELLATION
key: brightwash

This is written notice that I terminate the agreement for Brightwash Laundromat with thirty days. Reasons: readers on the back wall down on nine of the last twenty days, a technician who says hmm, and nobody who decides anything. I am not paying a fee for leaving something that doesn't work. If you debit it, I'll dispute it, and I know how, because you taught me.

H. Jenkins

# b13 09:02 inbox patchwork -> office
subject: A tax form?
key: dot

Dear Northgate people, my neighbor says I will get a form with a letter and a number and another letter from you at the beginning of the year, for the taxes. Do you send it by the real mail? The computer and I are not on speaking terms at present.

With kind regards,
Dorothy (Dot) Hensley

# b13 13:41 sent priya -> patchwork
subject: Re: A tax form?
re: dot

Dear Dot,

your neighbor means the 1099-K. We'll send yours in January on real paper, to the address of the shop, and there'll be a copy in the portal for the day you two make up again. There is nothing you have to do for it.

Priya

> Do you send it by the real mail?

# b13 12:02 inbox thistle -> priya
subject: The bride. Draft two.
attach: response-letter.docx 28114, toast.mp4 8120446, menu-signed.pdf 66120

Priya, my second attempt is attached with the contract, the menu with her signature and the toast. At 0:42 she says "everything you're eating tonight is Moira's". I have removed "shameless". I have not removed "brazen", because it's the correct word.

Moira Keane
Thistle & Thyme Catering, Indianapolis

# b12 10:58 archive riverbend -> priya
subject: Certificate
attach: pci-certificate.pdf 70210

Please find my certificate of compliance. I have shown it to my wife, who asked whether it exempts me from the dishes. Thank you for your patience on the telephone; it would have taken me a weekend and a certain amount of language.

S. Haddad, DPT

# b12 11:05 sent des -> hometown
subject: Lease buyout, in writing, with the tax in it
key: hometown

Mr. Stubbs,

the leasing company quotes $412.50 to own the reader, of which $27.50 is tax. The alternative is to return it after four more payments of $54.00, $216.00 in all, no further charge. They want to be told in writing by the end of the month.

I'd take the second, but it's your money.

Desmond Oyelaran

# b12 16:48 inbox hometown -> des
subject: Re: Lease buyout, in writing, with the tax in it
re: hometown

412.50!!! Did they look at it? It has a crack. My grandson keeps it together with one of our own cable ties, SKU 4408, which I do not get paid for. I will telephone.

E. Stubbs

> the leasing company quotes $412.50 to own the reader, of which $27.50 is tax.

# b12 19:05 archive gearhart -> gloria
subject: Thanks, and no thanks

Dear Gloria, to have it in writing: I'm going with the family bank this winter. Your offer was clear and you never once said "limited time", which I noticed. If my neighbor's shop really comes up for rent in the summer, I'll need about sixty and then we speak again, with or without my mother's dumplings.

Best, Tobias

# b11 10:05 sent gloria -> ironbird
subject: Your offer, $55,000
key: ironbird
cc: ironbird:billing
attach: ironbird-offer.pdf 120664

Darnell,

attached: $55,000 at a factor of 1.24, total $68,200, twelve percent of daily card sales, about nine months. To your wife's question: the specified percentage can't go up during the term, it's fixed on page two. If you pay off within four months, four points come off what is left.

No deadline games, it stands for ten days.

Gloria

# b8 17:32 sent gloria -> ironbird
subject: Re: Your offer, $55,000
re: ironbird
cc: ironbird:billing
attach: ironbird-contract-50k.pdf 140210

Here's the contract at $50,000 and 1.22, as agreed on the phone, total $61,000. Initials go on pages 3, 5 and 6, and nowhere else. The annualized cost, roughly 52 percent, is stated on page one, above the signature and not below it.

Gloria

# b10 10:40 inbox albion -> theo
subject: Documents for the file
attach: passport-gt.jpg 510233, incorporation.pdf 88102

Dear Theo,

as promised, my passport (the photograph is unkind but official) and the certificate of incorporation. The accounts will follow as soon as my accountant comes home from his holiday. I assume you'd like them in English; he writes them in something else.

Kind regards,
Giles Thornbury, Albion Imports Ltd

# b10 11:26 inbox cedarrun -> priya
subject: bank change docs
cc: cedarrun:billing
attach: voided-check.jpg 204110, bank-letter.pdf 51009, form-signed.pdf 60321

Hi Priya! All three are here and Doctor signed it herself, I watched. She'd like a confirmation before the first deposit goes to the new one, in case somebody is pretending to be us. (Nobody is. It's just me. The cat says hi.)

Jess

# b9 09:05 inbox lakeline -> des
subject: Rick's papers
attach: rick-id.jpg 301772, bill-of-sale.pdf 77121, ein-letter.pdf 33018

Desmond, here it all is. I'd have bet against it. He wants to keep the name Lakeline and the old sign, so you needn't change the receipts, only who gets the money. It's been a pleasure doing business, which I haven't said to a card company before.

Vern

# b9 08:58 inbox bigbend -> gloria
subject: Big Bend Roofing docs (4 statements + invoice)
attach: statement-1.pdf 200114, statement-2.pdf 211830, statement-3.pdf 198203, statement-4.pdf 205551, hospital-invoice.pdf 61022

Hi, this is Britt, Cody's wife. Four months, and the hospital invoice with the stamp that they received it. Voided check comes by text since my scanner hates checks. If you need anything else please ask me and not him, he answers the phone on ladders.

Britt Amundsen

# b9 16:10 sent renata -> brightwash
subject: Re: NOTICE OF CANCELLATION
re: brightwash

Mr. Jenkins,

as I said on the phone: we install the access point at our cost, and you may leave within thirty days without any fee, for any reason, including none. This mail is enough, you don't need a form. I'm sorry it took a letter from you to make us decide.

Renata Kowalczyk, Owner

> and nobody who decides anything

# b8 09:31 inbox cobalt -> theo
subject: second thoughts

Hey. So I may have been a bit short with you on text. The place I signed with is "reviewing my category", which sounds like a breakup. If that other bank you talked about is still a thing, what would they hold back and for how long? Asking for a friend. The friend is me.

Jared

# b8 12:10 archive bigbend -> gloria
subject: signed contract
attach: contract-signed.pdf 150331

Signed and scanned. He did it on the hood of the truck so there's a bit of Ohio on page four. If the wire is really there in the morning you'll be in our Christmas letter.

Britt

# b8 13:02 inbox lotus -> wes
subject: sign for the door
key: lotus

Hello Wes, my sister ask three question. One, where must the sticker be, on door or on counter. Two, is there a law in Ohio what the words are. Three, if customer pay with phone is it card or cash? She think card. Thank you, Mai

# b8 15:34 sent wes -> lotus
subject: Re: sign for the door
re: lotus

Hi Mai,

1. Both: one at the entrance, one where people pay.
2. Ohio has no words of its own, but the card networks want the percentage written out, so ours says "4% discount for cash".
3. Your sister is right, a phone counts as a card.

She should work here.

Wes

# b8 16:05 sent priya -> tamarind
subject: Every charge on your statement, in plain English
key: tamarind
attach: tamarind-breakdown.pdf 84410

Dear Anjali,

you asked for every charge, so here they are. $1,206 is what the card banks take, nobody can change that. $214 is ours. $388 more than last year comes from delivery orders, which are typed in and cost almost a point more than chip sales. $19 was a "regulatory fee" for the terminal you returned a year ago: a mistake, and you'll get all twelve back, $228 in total.

The PCI fee, the batch fee and the app fee are explained on page two, with the ones I'd drop marked in green.

I'm sorry that you had to ask.

Priya Raman

# b7 08:16 inbox tamarind -> priya
subject: Re: Every charge on your statement, in plain English
re: tamarind
cc: Rohan Desai <rohan@deskmail.example>

Thank you, this is the first statement I've understood since we opened. My husband (copied) has one question: if the delivery company sends the card in another way, does the extra point disappear? Drop everything that's green, please. We're staying, but I'll read the next one with a ruler.

Anjali

> $19 was a "regulatory fee" for the terminal you returned a year ago

# b7 10:31 sent theo -> foxglove
subject: Agreement and import
attach: foxglove-agreement.pdf 133090

Dear Miriam,

the agreement has four pages, and the interesting one is the third. $65 a month with the reader, no term, thirty days' notice. I've tested the import with your list: of 4,212 titles only the eleven "Untitled" ones complained, and I suspect they're all the same book.

Theo

# b7 17:16 sent gloria -> solano
subject: La propuesta para la campana
attach: propuesta-solano.pdf 90551

Estimada doña Lupita:

Le mando la propuesta en español. Son nueve mil dólares para la campana; usted devolvería diez mil ochocientos, con el diez por ciento de lo que cobre con tarjeta, en unos siete meses. Si un mes entra menos, se paga menos. No firme nada sin dormir una noche y sin hablarlo con Mateo.

Un saludo afectuoso,
Gloria

# b7 19:42 inbox mercado -> gloria
subject: Oferta de cuarenta mil
key: mercado

Estimada señora Fuentes:

Recibí la oferta de cuarenta mil con factor de 1.26. Mi hermano dice que es demasiado caro y yo, la verdad, no sé con qué compararlo. ¿Se puede bajar? Necesitamos dos congeladores y la mercancía de las fiestas. Le escribo en español porque las cuentas me salen mejor así.

Atentamente,
Rosario Peña

# b6 08:52 inbox cormorant -> priya
subject: Fwd: dispute notice, $1,960.00
attach: dispute-notice.pdf 58120, tracking-slip.jpg 150400

There it is, right on schedule. I'm attaching the slip: delivered to a freight forwarder and signed "J. Smith", who has beautiful handwriting for someone who doesn't exist. Do we have a chance or are we doing this for the exercise?

Pete

# b6 17:22 inbox crossroads -> priya
subject: insurance form
attach: claim-form.pdf 72019

Good evening, as told on the phone the insurance wants page 3 from you. They ask could the system have blocked the man after the second decline, yes or no, and why. Please write more why than yes or no.

Imran Sheikh

# b6 20:10 inbox pelican:billing -> office
subject: Statement copies for our bookkeeper
html

<div style="font-family:Arial"><p>Hi,</p><p>could you send us the merchant statements of the last <b>six months</b> for both locations as one PDF? Our bookkeeper retires &amp; the new one wants everything "from the source".</p><p>Thanks,<br>Accounts, Pelican Car Wash</p></div>

# b5 12:30 sent gloria -> mercado
subject: Re: Oferta de cuarenta mil
re: mercado

Estimada Rosario:

Tiene razón su hermano en desconfiar. Con un factor de 1.26 pagaría diez mil cuatrocientos por el dinero. Para los congeladores hay arrendamiento al nueve por ciento anual, mucho más barato; para la mercancía bastarían quince mil. Hoy le preparo otra oferta, más chica.

Gloria Fuentes

> ¿Se puede bajar?

# b5 15:06 inbox aster -> theo
subject: Weekly totals, four stores
key: aster
cc: aster:billing
attach: totals-by-store.xlsx 22140

Dear Theo, please find one week of totals per store. Store 3 had a flood in the basement, so imagine it a third higher. Refunds are in the last column; as you can see we don't know which store they belong to, and neither do our stores.

Denise Yoon, Director of Operations, Aster Optical

# b4 10:22 sent theo -> larkspur
subject: Two or three handhelds

Hi Nadia,

two P8s: $44 a month, three: $60 (the third one is cheaper, tell your sister). Airtime included, cancel any time after the expo with a week's notice. Deposits run at your usual rate, the balance later at the same. I'd take three, because the line at a bridal show is where people change their minds.

Theo

# b4 11:06 sent priya -> cedarrun:billing
subject: Where your $4,116.20 is
cc: cedarrun

Dear Dr. Whitcomb,

two batches, $2,870.45 and $1,245.75, were sent to the old account on the day it closed. The old bank has returned both to us this morning. They go out to the new account tonight and will be visible by {date+3} at the latest. I check it myself every morning and will tell Jess as soon as it's done.

With best regards,
Priya Raman

# b3 06:55 inbox goldenrod -> wes
subject: permit number
no-message-id

Permit is 4471903. Took half the time they said. If you get it switched on today I'll put the sign out tomorrow. What color is the sign? I've got green paint left.

Anders

# b3 16:12 sent theo -> aster
subject: Re: Weekly totals, four stores
re: aster
attach: aster-quote.pdf 101884

Dear Denise,

no slides, one page. Four stores on one statement with store numbers on every line, including refunds; interchange plus 0.22% and 7 cents; no monthly fee per store. Store logins can be limited to refunds under any amount you name. I added a third to store 3, for the flood.

Theo Abernathy

# b2 10:52 sent gloria -> bigbend
subject: Payoff amount and wire instructions
attach: payoff-big-bend.pdf 47002

Cody, Britt,

your payoff today is $26,385.00, valid for three business days. The wire instructions are attached. Please don't send anything before you've called me on the number you already have, and read me the last four digits of the account. I'd say that to my own mother.

Congratulations on being paid!
Gloria

# b2 13:04 inbox elm -> office
subject: Raising my limit before it happens again

After the affair with the twelve chairs I'd like my maximum ticket raised to fifteen thousand, in writing, and somebody's name next to it. We're delivering a library next month. I do not wish to explain to a carpenter what "risk" is.

Ruth Castellano
Elm & Oak Furniture, since 1994

# b1 09:30 sent renata -> office
subject: What we learned from the outage
cc: tenpin, rusty, forge, halcyon, larkspur
bcc: kestrelc, wes

Dear all,

when the network went down the other evening, some of you heard it from your guests before you heard it from us. That won't happen again: from today every outage of more than five minutes goes out as a text. You find the sheet for stored mode attached; Owen has already laminated his.

If you don't want the texts, just answer this mail.

Renata Kowalczyk

# m47 inbox Antoine Delacroix-Reed <antoine.dr@postbox.example> -> office
subject: Field technician (I once fixed a dish with a paper clip)
attach: resume-antoine.pdf 64008

Dear Ms. Kowalczyk,

it was on a church roof in a storm, with the bride already in the aisle, and it held for two years. Apart from that I've spent six years on ladders, I own my tools, and I like explaining things to people who'd rather not know. I could start in three weeks.

Antoine

# b15 03:14 trash Rank Rocket <hello@rankrocket.example> -> office
subject: Page one or your money back

Dear business owner, your website is invisible to 9 out of 10 buyers. We put you on page one in thirty days. Reply with your phone number for a free audit worth $499.

# b9 10:15 trash Lobby Plants <care@lobbyplants.example> -> office
subject: Your ficus

Hi, our gardener couldn't get in this week. The ficus will survive, the fern we're not so sure about. We'll try again on {day+3}. Please leave the side door open, or a key with the lady from the dry cleaner.

# b13 23:50 junk Northgate Capital <approve@northgate-capital.example> -> office
subject: FINAL NOTICE: $250,000 approved

Your file has been approved and will be closed at midnight. No credit check, no documents, no questions. Click to accept before another business takes your place.

# b3 04:44 junk Terminal Security <update@terminal-secure.example> -> office
subject: Urgent: your terminals stop working today
html

<p>All terminals must be re-verified. Enter your <b>owner password</b> at terminal-secure.example within 24 hours. Merchants who do not comply will be charged a reactivation fee of $199.</p>

# b6 16:20 drafts gloria -> pinecrest
subject: After the ninety days

Dear Wanda, before the ninety days are over I'd like us to look at the numbers together. If the bridge is open by then, we could go half way back up, and if it isn't

# b1 17:50 drafts wes -> pawprint
subject: Your visit, and what to have ready

Hi Gwen, for our meeting it would help to have your booking page open and the list of regulars with you. I bring the contract, the reader and
`
