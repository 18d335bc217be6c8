/**
 * What the workspace gains when it moves on: five calls, twelve text messages, two mails, all
 * of the last six hours. Same notations as before; nothing old is repeated or changed.
 */
export const laterCalls = `
# m331 in velvet support/priya
< Priya, is it true? There's a message from the bank in the portal and I'm afraid to open it.
> It's true, Serafina. You won. The twenty-three forty goes back to you, they accepted the chip and the slip.
< And the photo? Did they use the photo?
> They said the merchant's evidence was "unusually complete."
< Ha! I'd like that on a plaque. When do I see the money?
> By {day+2}. There's a second round in theory, but with a chip read nobody tries it.
< And the man? You can't tell me, I know. But blink once if he's married.
> I'm on the phone, Serafina.
= Velvet Hour Jewelers won the $2,340 dispute thanks to chip, slip and photo. The money is returned by {day+2}.
+ Priya to confirm when the credit is posted

# m262 out cobalt theo/theo
> Jared, it's Theo. Put down whatever you're holding.
< It's a very expensive vase, man. Okay, it's down.
> You're approved. Three point nine, five percent reserve, six months, as we said.
< For real? Today?
> The terminal leaves here at noon, you can take cards tomorrow. Only rule: no shipping to other states.
< I don't ship. I barely walk. Dude, I had eleven people ask me about cards since breakfast.
> Tell them tomorrow. And send me a picture of the first receipt.
< I'll frame it next to the vase.
= Cobalt Vape was approved at 3.9% with a 5% reserve for six months. The terminal ships at noon; sales to other states are not allowed.
+ Theo to ship the terminal today

# m188 in +16145550171 sales/wes
< Hi, is that the company with the sign that says back in ten minutes?
> It is. The sign's gone, I promise. Who's this?
< Marisol, I sell tamales from a cart by the courthouse. Mateo at Solano said you speak Spanish and you don't bite.
> Gloria does the Spanish, I do the not biting. What do you need?
< Something for cards. The lawyers never have cash, only opinions.
> A reader for the phone then, forty-nine dollars, two point seven percent, no monthly.
< And if it rains on it?
> Keep it under the lid with the tamales, it likes the warmth. I'll have Gloria call you back.
= Marisol, referred by Taquería Solano, wants to take cards at her tamale cart. Wes quoted a phone reader for $49 at 2.7%.
+ Gloria to call Marisol back in Spanish

# m117 in elm support/priya missed
~ Ruth Castellano. I've had your letter about the new limit, with a name at the bottom, as I asked. I wanted to say that this is how it's done. That's all. Goodbye.

# m64 in wildrose support/des
< Hi, it's Camille again, from Wild Rose. Nothing's on fire, I just have a dumb question.
> Those are the good ones.
< A regular wants to pay half with a gift card and half with her credit card, and then return one of the two dresses. Where does the money go back to?
> Gift card first, that's the rule in your settings. The rest to the credit card.
< She'd like it the other way round, of course.
> You can choose it by hand: refund, split, and then you type the amounts yourself.
< Split... oh, there it is. And I've got the limit of one fifty, so nothing terrible can happen.
> Nothing terrible. You set that yourself, remember?
= Camille asked how to refund a purchase that was split between a gift card and a credit card. Desmond showed her the manual split.
`

export const laterTexts = `
# velvet support/priya
m318 < WON!!! I am wearing the plaque in my mind. thank you Priya
+6 > Enjoy it. And please, never tell me how it ends with the ring.

# cobalt theo/theo
m255 < do I need to be there when the box comes or can the guy next door sign
+4 > Next door is fine, but he needs to show an ID.

# magpie theo/theo
m240 < phone is clean. i'll take the reader. don't make it weird
+9 > Not weird at all. It's in the mail today, with an egg salad recipe.

# pawprint sales/wes
m176 < what treats did you mean for {day+1}, the big ones or the tiny ones? asking for Biscuit
+7 > I'd planned on a bag of each, tell Biscuit to be patient.

# mainst theo/theo
m150 < first real customer on 5th ave, 38 cut, 25 percent tip on the flippy screen lets gooo

# pinecrest funding/gloria
m101 < they opened one lane of the bridge today. seven cars in my lot. I counted twice

# +16145550171 gloria/gloria
m88 > Hola Marisol, soy Gloria de Northgate. Wes me contó de los tamales. ¿A qué hora le puedo llamar sin que se le quemen?
+12 < después de las dos, cuando los abogados ya comieron
`

export const laterMails = `
# m287 sent priya -> elm
subject: Your new limit, in writing, with a name

Dear Mrs. Castellano,

your maximum ticket is $15,000 as of today. Risk has noted the library for next month, so the sale won't be stopped even if it's above that. The name next to it is mine.

Priya Raman
Support Lead, Northgate Merchant Services

# m52 inbox mercado -> gloria
subject: Firmado
attach: contrato-firmado.pdf 121009

Querida Gloria: le mando el contrato firmado por los dos, mi hermano hasta sonrió. Los congeladores llegan la semana que viene. Cuando estén llenos le mando una foto y unos tamales, de los dos me ocupo yo.

Rosario
`
