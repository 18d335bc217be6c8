/** Threads on the funding line and on Gloria's own, some in Spanish. Notation: texts.ts. */
export const fundingTexts = `
# solano gloria/gloria
b15 16:55 < hola buenas, la maquinita no imprime el recibo, sale blanco, ¿qué hago?
+20 > Hola doña Lupita, en un ratito le marco y lo vemos juntas.
+50 < gracias mija ya quedó. mi hijo está castigado jaja
b7 17:20 > Doña Lupita, le mandé por correo la propuesta para la campana, en español y sin letra chiquita.
b6 21:48 < la estoy leyendo con lentes. ¿por qué dice porción y no préstamo?
b5 09:12 > Porque no es préstamo: usted me vende una parte de lo que va a cobrar con tarjeta. Si no vende, no paga.
+35 < ah entonces ustedes son mis socios. pues a lavar platos 😂
b4 13:30 < el inspector vuelve en dos semanas, ¿alcanzamos?
+18 > Sí alcanzamos, si me dice antes del {dia+3}.

# ironbird funding/gloria
b15 14:22 > Darnell, the list: three bank statements (all pages), driver's license, one voided check.
b14 19:40 < sent 2 of 3, bank site is down. third one tomorrow after the 6am class
b13 11:15 > Still missing the third statement, coach. I can't move without it.
+65 < sorry sorry. squat rack delivery came early, like 9 pallets. sending now
+30 < sent!! page 7 is blank thats how the bank does it
+12 > Blank pages count, thanks. Offer is coming.
b10 18:50 < read the whole thing twice. what happens if I sell the gym
+25 > Then the balance is due from the sale, or the buyer takes it over if the funder agrees. Are you selling?
+2 < lol no. my wife just likes to know where the exits are
b8 21:30 < signed. both of us. she initialed where it said don't initial
b7 09:05 > I saw. Page 5 needs a new initial from you, the rest is good.
b5 10:18 > Funded this morning, 50,000 less the 250 filing fee. Watch your account.
+44 < ITS THERE. flooring guy is getting paid and I'm deadlifting the old floor out myself. thank you Gloria!!

# pinecrest funding/gloria
b17 22:20 < scanner gave up so I took pictures of the statement, I hope thats alright [bank-p1.jpg, bank-p2.jpg, bank-p3.jpg]
b16 09:15 > They're good, Wanda. I've written the request and I told them about the bridge.
b14 12:33 < any news? the 310 went out again today
+20 > I pushed again this morning. They meet tomorrow, I'll call you either way.
b12 07:10 < 140 today. I can breathe. thank you thank you

# delmar funding/gloria
b16 10:55 < here is the lien letter from the county, sorry about the fold [lien-letter.jpg]
+25 > It's clear enough. Please sign the one-page authorization I just mailed you, then I can call them.
+180 < signed on my break
b6 23:12 < My three lines: the insurance client paid 19 days late. I covered payroll first. It won't happen again because he is gone
b5 08:50 > Perfect, every word. Resubmitted.
b1 18:44 < slept (2 hours). the answer is YES. sending the van's papers tonight

# tricounty funding/gloria
b14 13:30 < banker: lena.ortega@valleyfirst.example, she goes on vacation {day+5} so hurry pls
+50 > Letter went to her and to you, Gene. The release is ordered, number UR-20931.
b7 11:58 < closed on the building today! 40 years i rented. drinks on me if youre ever in Shelbyville

# bigbend funding/gloria
b9 08:22 > Cody, four statements, license both sides, voided check. Photos are fine if all corners are in.
+41 < wife is scanning. she says hi and where have you been all my life
+33 < license, both sides, as ordered [license-front.jpg, license-back.jpg]
+4 > Front is perfect. Back has your thumb on the number.
+6 < no thumb this time [license-back-2.jpg]
+150 > All in, it's with underwriting since 11:30. The invoice to the hospital helped a lot.
b8 11:58 < signing now on the hood of the truck
+70 > Contract received 1:08 pm. Wire goes out at four.
b7 07:02 < Its there!!! 25k at 6:58. Guys get paid and nobody ever has to know
+28 > I won't tell a soul. Happy {day}!
b2 11:05 < payoff mail is here, calling you to check the account nr like you said
+13 > Good man. That call takes one minute and saves houses.

# bluejay gloria/gloria
b9 18:40 < Gloria, le dejé un mensaje de voz. Ahí va la cotización. [palas.jpg]
b8 09:25 > La recibí, Héctor. Son buenas palas. Hoy mismo pido la renovación.
b3 12:40 < ya leí el contrato en español y firmé el inglés, mi hija revisó que dijeran lo mismo
+12 > Muy bien hecho. El depósito le llega el {dia+2}.
b1 08:17 < ¡Llegó! 11,900 exactos. Ahora nomás falta la nieve
+20 > Me debe una comida si cae. Ya estoy viendo el cielo.

# mercado funding/gloria
b5 14:10 > Rosario, new offer is in your mail: 15,000 at 1.22. And the freezer contact is Anke, she speaks a little Spanish.
b4 20:33 < My brother read it and made the face he makes when he has no objections
+720 > A great face. Take until the end of next week, nothing changes till then.
b1 10:26 < we do it. and Anke says nine percent yes. thank you for making it SMALLER, nobody does that

# gearhart funding/gloria
b18 10:02 > Tobias, documents: twelve months of card statements, last tax return, ID. No lecture.
b11 19:55 < first Sunday dinner done. there was a lecture after all. still cheaper

# bramble funding/gloria
b2 15:02 > Lenore, the farm lender I mentioned: Hattie Crane, 740-555-0188. Tell her Gloria sent you, she likes barrels.
+48 < Called her already. She asked for a bottle "as collateral sample". My kind of banker
b1 16:30 < I'd still take your 15 for the bottles. What do you need from me?
+14 > Three statements of the tasting room account and your ID, that's all.
`
