/**
 * What goes on while somebody watches: short calls, single text messages and mails, one after the
 * other, begun anew when all have happened. Same notations as the sample; the moments of calls and
 * text messages do not count.
 */
import type { WorldCall, WorldMail, WorldTextMessage } from '../world.ts'
import { readCalls } from './call-script.ts'
import { callFrom } from './calls.ts'
import { mailFrom } from './mails.ts'
import { blocksOf } from './script.ts'
import { textFrom } from './texts.ts'

const CALLS = `
# m0 in foxglove sales/wes
< Miriam at Foxglove Books. I've read your offer twice, like a novel, and I'd like the last page explained.
> The one with the monthly minimum?
< Twenty-five dollars, even if I sell nothing. In January I do sell nothing.
> Then you'd pay the twenty-five, once, in January. I can take it off for the first year.
< Take it off, and I'll sign today.
= Miriam accepts the offer if the monthly minimum is waived for the first year. Wes agreed.
+ Wes to send the contract without the minimum

# m0 in pelican support/priya
< Marcus from Pelican Car Wash, lane two won't take a tap. Chip's fine, swipe's fine, tap just beeps at me.
> Is it the unit with the sun on it in the afternoon?
< It is. It's hot as a griddle out here.
> They switch the antenna off above a hundred and forty degrees. Shade it for ten minutes, then hold a card there again.
< Putting my hat on it. If that works I'm keeping the hat there.
= Lane two at Pelican Car Wash refuses contactless cards when it overheats. Priya suggested shading the unit.
+ Priya to send a sun hood for lane two

# m0 in quarry support/des missed
~ Dale, Quarry Road Auto. A fellow paid eleven hundred for a transmission, and it shows twice on his statement. He's a big fellow. I'd appreciate a call before his lunch break is over.

# m0 out mercado gloria/gloria
> Rosario, soy Gloria. El contrato llegó firmado, ya está todo en orden.
< Qué alegría, Gloria. ¿Y el dinero de los congeladores?
> El depósito entra el {dia+1} por la mañana. Le aviso cuando lo vea.
< Entonces le digo a mi hermano que vaya vaciando la pared del fondo.
= Gloria confirmed the signed contract; the funds for the freezers arrive on {day+1}.
+ Gloria to tell Rosario when the deposit has arrived

# m0 in hometown support/priya
< This is Earl at Hometown Hardware. I've got a fee here called PCI, nineteen ninety-five, and nobody asked me.
> That's for not having done the yearly questionnaire. It stops the month you do.
< How long a questionnaire?
> Twenty minutes, and I can sit on the phone with you while you click.
< Then sit. {day+1}, before I open, seven thirty.
= Earl objected to a $19.95 compliance fee. Priya will go through the yearly questionnaire with him on {day+1} at 7:30.
+ Priya to call Earl on {day+1} at 7:30

# m0 in +16145550174 sales/theo
< Hey, is this the card machine people? I cut hair in a van.
> It is. In the van, or from the van?
< In it. Two chairs, one generator. I do weddings, too.
> Sounds like a reader on your phone. What's a usual day, in cards?
< Maybe six hundred. A thousand when somebody's getting married.
> Then two point seven percent, nothing monthly. I'll text you the link.
= A mobile barber with about $600 a day in cards was quoted a phone reader at 2.7%.
+ Theo to text the sign-up link

# m0 in halcyon support/des
< Bianca from Halcyon. My tips went to the wrong girl, all of Saturday.
> Did somebody log in as somebody else?
< Rosa did, on Vera's tablet. Vera is four hundred dollars richer and very quiet about it.
> I can move Saturday's tips back, but I need you to name the tickets.
< I've got them printed out. I'll mail you a picture.
= Saturday's tips at Halcyon were booked to the wrong employee. Desmond moves them once Bianca has named the tickets.
+ Bianca to send the list of tickets
+ Desmond to move the tips

# m0 in ridgetop funding/gloria missed
~ Kyle from Ridgetop, about the advance. First snow's coming in on {day+2} and I'd love to have the ski racks paid for by then. Whatever you still need from me, I'm at the counter till six.
`

const TEXTS = `
# larkspur support/des
m0 < the new receipt paper arrived. it's pink. was that on purpose?

# solano sales/wes
m0 > Lupita, the second reader is on the truck, tracking says {day+1}. You can keep the old one as a spare.

# tworivers sales/wes
m0 < ok pausing from december then. confirm in writing pls, my wife does the books

# magpie theo/theo
m0 < reader works!! sold a lamp shaped like a goose. i'm a real business now

# cedarrun support/priya
m0 > Good news for Dr. Whitcomb: $4,012.60 left the old bank this morning. I'll watch it until it lands.

# orchid support/priya
m0 < Hello Priya, customer gave me card that is cut in half. He says it still works. Do I take it? [card.jpg]

# bigbend funding/gloria
m0 < GC paid. first time in my life I'm early with you, mark it in the calendar

# sweetbriar support/des
m0 < Thanksgiving orders: can I take deposits by text link again like last year? About 90 pies.

# rusty sales/wes
m0 > Owen, the tab feature is on since noon. Ask your people to close a tab once before tonight, just to see it.

# oldham support/priya
m0 < Barrel tour season is over, please set us back to the small plan from the 1st

# goldenrod support/des
m0 < pumpkin money came in, all of it. thank you for chasing that

# +16145550174 theo/theo
m0 > Hi, Theo from Northgate, we just spoke about your barber van. Here's the link, it takes ten minutes: https://northgate-ms.example/start
`

const MAILS = `
# m0 inbox goldenrod -> office
subject: Where did Tuesday go

Hello,

Monday's deposit is here and Wednesday's is here. Tuesday is not, and Tuesday we had the wedding party. Somebody please find Tuesday before I pay the florist with it.

# m0 inbox foxglove -> wes
subject: the contract, and one comma

Dear Wes,

it reads well. In paragraph four there is a comma where I would like "and not". If that can be changed I will send it back signed {day+1}.

Miriam

# m0 inbox Hollis Tran <hollis@firefly-candles.example> -> office
subject: do you do craft fairs

Hi, a friend at the market gave me your name. I sell candles at nine fairs a year and nothing in between. Is there a plan that sleeps in between, too?

Hollis

# m0 sent priya -> quarry
subject: The eleven hundred that showed twice

Dale, one of the two was only a hold and has fallen off by itself overnight. His bank shows it as gone since this morning. Nothing for you to do.

Priya Raman
Northgate Merchant Services, Support
`

const callScripts = readCalls(CALLS)
const textBlocks = blocksOf(TEXTS)
const mailBlocks = blocksOf(MAILS)

/** The call that is the nth to happen, given as it will have ended; it begins at this moment. */
export function liveCall(nth: number, at: Date): WorldCall {
  const script = callScripts[nth % callScripts.length]
  if (script === undefined) throw new Error('there are no live calls')
  return callFrom(script, `live ${nth} ${script.key}`, at)
}

/** The nth text message to happen, written at this moment. */
export function liveText(nth: number, at: Date): WorldTextMessage {
  const block = textBlocks[nth % textBlocks.length]
  if (block === undefined) throw new Error('there are no live text messages')
  return textFrom(block, `live ${nth} ${block.head}`, at)
}

/** The nth mail to come, received a few seconds ago. */
export function liveMail(nth: number, at: Date): WorldMail {
  const block = mailBlocks[nth % mailBlocks.length]
  if (block === undefined) throw new Error('there are no live mails')
  const receivedAt = at.toISOString()
  return { ...mailFrom(block, `live ${nth} ${block.head}`, at), receivedAt, sentAt: receivedAt }
}
