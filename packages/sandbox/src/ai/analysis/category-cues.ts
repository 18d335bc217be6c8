/**
 * What tells the categories apart: each cue is one feature of the category model, and the sentence in
 * which it stands is the evidence. Calls and written messages have cues of their own.
 */

export type Cues = Readonly<Record<string, RegExp>>

export const CALL_CUES: Cues = {
  nobodyThere:
    /\b(?:missed call|no (?:answer|voicemail|message)|hung up|dead air|disconnected|silence|before anyone answered|hello\? hello|pocket|robocall|automated call)\b/iu,
  wrongNumber:
    /\b(?:wrong (?:number|extension)|my mistake|trying to reach|is this the|looking for the|there's no \w+ here|directions to|(?:this is|we're) a (?:payments?|different) company|speak to|is \w+ there)\b/iu,
  thanksOnly:
    /\b(?:only to say|just wanted (?:to say|somebody|to tell|you to know)|wanted to (?:say|leave a|thank)|i only wanted|no need to call back|compliment|thanks? (?:the team|you all)|called (?:only )?to (?:say|thank)|i'm calling since)\b/iu,
  grievance:
    /\b(?:complain\w*|object\w*|cheat\w*|lied|scam|rip-?off|robbery|dishonest|unacceptable|ridiculous|never (?:told|agreed|asked|mentioned|received)|nobody told|i want (?:my|it|the|out|a written)|money back|take it (?:off|all off)|put it back|sitting on my|in charge|disput\w*|lawyer|attorney|refund it|waive\w*|credit (?:it|request)|pay(?:ing)? (?:for|a cent)|not what (?:he|she|they|your)|told (?:me|us) (?:there|two|2|one|it)|harass\w*|promised (?:free|no)|close the account|had enough|i'd just like the fee)\b/iu,
  wronglyCharged:
    /\b(?:(?:charged|debited|billed|took|pulled|fee|fees|charge|deduct\w*)\b.{0,60}\b(?:twice|double|nobody|never|without|no idea|why|what for|wrong|not what|returned|back)|(?:held|hold|holding|cut)\b.{0,40}\b(?:batch|deposit\w*|money|funds|dollars))\b/iu,
  calledBack:
    /\b(?:call(?:ed|ing|s)? (?:you )?back|rang back|ring back|return(?:ed|ing) (?:your|our|my) call|follow(?:ing|ed)?[- ]?up|checking (?:how|on|in)|check on you|(?:called|asks?) again|it's \w+ again|again about|third time|fourth time|second (?:message|time)|same (?:ticket|refund|question|thing)|any news|you left me a message|tried to reach|calling regarding|calling about the|about the (?:missing|same|proposal|quote|application|chargeback))\b/iu,
  earlier:
    /\b(?:(?:i|we) (?:spoke|talked|called) (?:with |to |about )?.{0,30}(?:yesterday|last|ago|thursday|monday|tuesday|wednesday|friday)|as (?:we )?(?:discussed|agreed)|(?:from|since) last (?:week|month|time)|you (?:said|asked me|promised|told me)|i (?:promised|sent (?:it|that|you))|was told|two weeks (?:ago|since)|after the first (?:week|month)|still not|weeks? ago|has called twice)\b/iu,
  dateMade:
    /\b(?:appointment|book(?:ed|s|ing)?|reserv\w*|reschedul\w*|schedul\w*|(?:move|moved|push|shift|cancel)\w* .{0,40}(?:meeting|visit|install\w*|training|demo|appointment|tomorrow|to (?:next|friday|monday|tuesday|wednesday|thursday))|visit|come by|stop by|install(?:ation|er)?|technician|inspector|suits? you|works? (?:wonderfully|for me|after)|see you (?:then|on)|i can't make it)\b/iu,
  clock:
    /\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|tomorrow|\d{1,2}(?::\d\d)? ?(?:am|pm|o'clock)|at (?:noon|nine|ten|eleven|two|three|four|seven|eight)|the \d{1,2}(?:st|nd|rd|th)|half past|in the morning)\b/iu,
  fault:
    /\b(?:error|frozen|freez\w*|broken|crack\w*|black|dead|died|dies|down|offline|no connection|not connect|won't (?:connect|open|close|print|turn|pair|take)|doesn't (?:work|print|react|help|open)|stuck|declin\w*|locked|tampered|fails?|failed|failing|chip|drops?|beeps?|blinks?|disconnects?|logged me out|wiped|eats the paper|keeps saying|isn't pci|never (?:comes|arrived)|charged twice|out of|lost)\b/iu,
  howTo:
    /\b(?:how (?:do|can|does|to) (?:i|you|we|one|change|add|give|issue|print|get)?|where do i (?:find|see|get|click)|what does .{0,20} mean|walked (?:him|her|them|me|through)|explained (?:how|the menu)|show me|set(?: |-)?up|settings?|step|reset|password|log ?in|code|menu|press|button|click|portal|report)\b/iu,
  device:
    /\b(?:terminals?|machines?|readers?|printers?|receipts?|screens?|registers?|tablet|app|router|wifi|wi-fi|internet|bluetooth|batch|settle\w*|drawer|paper|update|software|system|link|serial|tip|refund|void\w*|quickbooks|pin)\b/iu,
  price:
    /\b(?:how much|what(?:'s| is| does| would| do)\b.{0,40}\b(?:cost|price|charge|rate|set me back|run)|price|cost|quot\w*|offer\w*|per (?:swipe|transaction|month)|percent|rates?|monthly fee|interchange|factor|proposal|comparison|compar\w*|buy-?out|save (?:me|you|about|her|him)|saves|cheaper)\b/iu,
  funding:
    /\b(?:advance|loan|lend|funding|funded|capital|underwriting|statements|application|apply|approv\w*|(?:grand|thousand|k)\b|prestar|dinero|daily (?:amount|split)|renewal|term sheet|deposits about)\b/iu,
  buying:
    /\b(?:sign (?:me|up|today|when|right)|sign up|interested|i need|needs|looking (?:at|for)|want(?:s|ed)? (?:to (?:sell|take|start|see|have|offer)|a|to add|the package)|would like to|open(?:ing)? (?:a|another|second)|second (?:shop|location|store|truck)|order|ship|new (?:shop|register|customer)|switch\w*|shopping around|agreement|demo|put me down|send (?:it over|me (?:a quote|the terms|that))|minimum volume|not interested|your ad|wants the same)\b/iu,
  accountQuestion:
    /\b(?:balance|contract|statement|deposit(?:s|ed)?|payoff|pay (?:it )?off|finish it|owe|how (?:long|many)|when (?:do|does|will|is|can)|hours|office|which (?:month|hours|cards)|limit|1099|tax|transfer\w*|savings|checking|account|expire\w*|renews?|month to month|fee|copy|owner\w*|signer|lease|reserve|status|wonders?|asks? (?:if|whether|which|why|how)|wants to know|wanted to know|allowed|law)\b/iu,
  question: /\?/u,
}

export const WRITTEN_CUES: Cues = {
  questionMark: /\?/u,
  questionWord:
    /(?:^|[.!?,;:\n] *|\b(?:and|but|also|so|hi|hello|hey|btw) )(?:what|whats|what's|when|where|wheres|which|who|why|how|hows|how's|cu[áa]nto|cu[áa]ndo|d[óo]nde|qu[ée]|c[óo]mo|por qu[ée])\b/iu,
  invertedVerb:
    /(?:^|[.!?,;:\n] *|\b(?:and|but|also|so|hi|hello|hey|here) )(?:is|are|r|am|do|does|did|will|would|has|have|was|were|should|any (?:update|news|chance|word))\b/iu,
  knowing:
    /\b(?:do you know|i(?:'d| would) (?:like|need|want) to know|need to know|not sure (?:if|whether|how)|wonder\w*|can (?:you tell|i get|i use|the|a|we get)|let me know (?:if|whether|how|when|where))\b/iu,
  please: /\b(?:please|pls|plz|kindly|por favor)\b/iu,
  asking:
    /\b(?:can|could|would|will) (?:you|u|someone|somebody|we|i|it)\b|\bme puede\b|\b(?:i|we)(?:'d| would) (?:like|love|rather)\b|\blike to\b/iu,
  imperative:
    /(?:^|[.!?,;:\n] *|\b(?:and|please|pls|plz|kindly|so) )(?:send|resend|call|stop|cancel|remove|take|put|give|fix|add|change|update|close|refund|return|release|ship|turn|let's|lets|let|tell|confirm|correct|forward|reply|upload|review|look|get|have|make|check|reverse|explain|unsubscribe|devu[ée]lvan\w*|m[áa]nd[ea]\w*|terminate|waive|credit|escalate|sign|come|reschedule|bump)\b/iu,
  wanting:
    /\b(?:i|we) (?:need|want|would like|insist|demand|expect|ask)\b|\bneed (?:to|an?|answer|\d+|it|this|the)\b|\bquiero\b|\bready for\b|\bobject\b|\bwritten notice\b/iu,
  deadline:
    /\b(?:asap|today|by (?:\w+day|tomorrow|noon|end|the)|this week|right now|urgent|when you (?:can|get)|waiting on your|lmk|as soon as)\b/iu,
  moving:
    /\b(?:move|reschedule|instead|another (?:day|time)|next week|can't make|doesn't work|could we meet|stop by|come out|what about)\b/iu,
  done: /\b(?:done|received|got (?:it|the|your)|signed|works?|working|worked|arrived|is in|came|fixed|solved|all set|settled|confirmed|approved|accept\w*|agreed|completed?|it prints|sorted|installed|paired|closed|back on|is here|paid off|listo|funciona)\b/iu,
  agreeing:
    /^(?:ok(?:ay)?|k|yes|yep|yeah|y|sure|sounds good|perfect|great|fine|agreed|correct|will do|no problem|thank|thanks|thx|got it|done|all set|confirmed|copy that|s[íi]|👍|cool|alright|yay|wow|love)\b|\b(?:works for (?:me|us)|that's (?:fine|correct|right)|is fine|see (?:you|u)|go ahead|it is$|then$|👍)/iu,
  thanks: /\b(?:thank(?:s| you)?|thx|ty|gracias|appreciated?)\b/iu,
  attached:
    /\b(?:attached|attachment|enclosed|see (?:below|attached)|uploaded|sent|faxed|mailed|adjunto|le mando|forwarded|shared folder)\b/iu,
  announcing:
    /\b(?:fyi|heads up|our new|my new|is now|from (?:\w+ )?\d|we're (?:closed|open)|closed on|running|late|i'm at|moved|started|starts|hired|notice that|for your (?:files|information)|out of office|will be|went out|number (?:is|again|changed)|talked to|spoke (?:to|with)|signed the lease)\b/iu,
  advertising:
    /\b(?:offer|free|reply yes|click|pre-approved|selected|upgrade|verification code|dear (?:business owner|customer)|grow your|unsubscribe|\d+% off|audit)\b/iu,
  mood: /\b(?:love|great|awesome|best|worst|terrible|joke|again|still|happy|upset|disappointed|tired|amazing|wow|never|losing|broken|down)\b/iu,
  firstPerson: /^(?:i|we|my|our|the|there|it|this|that|your|you)\b/iu,
}
