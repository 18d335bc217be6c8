/**
 * Calls without a dialogue: voicemail, missed, busy, abandoned, forwarded, and short answered ones
 * that were not recorded. Notation: call-script.ts.
 */
export const unheardCalls = `
# b20 12:25 in elm support/priya missed
~ Ruth Castellano from Elm and Oak. Somebody rang me from this number about a yearly review. I don't know what that is, but if it's free, I'm around on Wednesdays.

# b19 08:05 in lakeline support/des missed
~ This is Vern Tuttle, on the lake. I'd like to talk to somebody about getting out of my contract. I'm up at five, so call any time after that.

# b18 17:55 in pinecrest funding/gloria missed
~ Hello, it's Wanda Szabo, Pinecrest Motel. It's, um, not urgent. Well, it is. Could Gloria ring me in the morning? I'd rather not talk about it on a machine.

# b2 18:30 in anonymous sales/theo missed
~ Yeah, you've got my number, I don't have yours. Stop sending me postcards. I closed that shop in spring and I'm not opening another one.

# b16 12:50 in riverbend support/priya missed
~ Samir Haddad, Riverbend Physical Therapy. I got a red banner that says I'm out of compliance as of the first. I'd like to be in compliance, please. Seven to seven, ask for me.

# b15 13:10 in velvet support/priya missed
~ Serafina again, from the jewelry shop. The slip is in your mail, and two pictures. In the second one, you can see his other ring. Call me. It's better than television.

# s2 11:30 in tenpin support/priya missed
~ Frank, Tenpin Alley. The receipt printer at the shoe counter prints half a line and stops. It's no emergency, nobody reads those, but my wife wants it fixed.

# b13 12:30 in thistle support/priya completed
~ Moira Keane. I've written the letter about the bride, and I've taken out two words myself. You'll find four more. It went off to you at noon with the video.

# b12 08:20 in patchwork support/priya missed
~ Hello, it's Dot Hensley, from Patchwork. I'm trying to look at my sales, and the computer wants a new password, and I told it no, and it locked me out. My husband would've known. Anyway, whenever you've got a minute, dear.

# b11 16:40 in tworivers sales/wes missed
~ Gil Sorensen, Two Rivers Marina. We're pulling the docks, so I won't sell a gallon of gas till April. Can I stop paying you till April too? Call me at the office.

# b10 08:15 in cormorant support/des missed
~ Pete from Cormorant. He rang again, the crab fella. Different name, same laugh. I told him we're out of crab for life. Just so you've got it on the record.

# b9 18:20 in bluejay gloria/gloria missed
~ Gloria, soy Héctor. Ya le mandé los tres estados de cuenta y la cotización de las palas. No corre prisa, pero dicen que nieva el domingo. Gracias.

# b7 12:15 in cedarrun support/priya missed
~ Hi, it's Jess, Cedar Run. First deposit showed up in the new account, eleven hundred and something. So that's good, right? Can we close the old one yet? Doctor's hovering.

# b5 08:25 in inkwell sales/wes missed
~ Nora, Inkwell Print. I've decided against the surcharge, I'd rather be liked. But what was that about raising a setup fee? Tell me more about that one.

# b3 12:40 in cobalt theo/theo missed
~ Jared, from Cobalt. The license is in your inbox, plus the letter. Is it weird that I miss the beep of the machine? Anyway. Let me know what the bank says.

# b1 10:50 in +17405550149 sales/theo missed
~ This is Bettina, with the goats. I drove to your office, but there was a sign, back in ten minutes, and I had cheese in the car. So I left some at the door. Please eat it soon.

# b2 17:20 in +12165550190 support/des missed voicemail=17
~ Hi, um, I'm the night manager at the bowling place in Euclid. The reader blinks green, then it blinks orange, and then it's my problem. Could someone ring me after four? This is my own phone.

# m33 in stonegate support/des missed voicemail=24
~ Curtis, Stonegate Storage. A gentleman has three units and three cards, and he wants each unit on its own card, on the same day, and nothing ever on his wife's. The screen only lets me pick one card for all of them. Tell me it can be done, because I've already told him it can.

# b18 12:05 in halcyon sales/wes missed
# s3 10:40 in kestrelr support/priya missed
# b11 13:05 in ironbird funding/gloria missed
# b6 12:40 in mainst theo/theo missed
# b2 12:50 in anonymous funding/gloria missed

# b19 09:50 out magpie theo/theo no-answer
# b17 14:20 out brightwash support/priya no-answer
# b10 16:10 out tworivers sales/wes no-answer
# b3 10:50 out saffron support/priya no-answer

# b13 13:10 out cormorant support/des busy

# b15 15:25 in +18885550190 support/priya abandoned
# b7 17:20 in goldenrod sales/wes abandoned

# b9 18:45 in tamarind sales/theo forwarded=+16145550199
# b10 16:35 out velvet support/priya canceled
# b1 17:10 out albion theo/theo failed

# b19 17:30 out lakeline support/des unrecorded=95
# b17 15:15 in halcyon sales/wes absent=61
# b12 17:40 in forge theo/theo absent=128
# b6 09:40 out velvet support/priya unrecorded=73
# b3 16:45 in ironbird gloria/gloria absent=204
# b5 14:45 in gearhart theo/theo unheard=88
`
