/**
 * How a sentence says that somebody still has to do something. Groups are features of the model that
 * decides whether a record has any action items at all; sentences in which one stands become the
 * items. `NOT_AN_ACTION` are phrases that look like a promise and are none.
 */

import type { Cues } from './category-cues.ts'

const DEED =
  'send|resend|email|e-mail|mail|text|call|ring|phone|ship|order|place|put|post|submit|file|prepare|draft|draw up|book|schedule|set up|get|bring|drop|upload|fill|sign|return|refund|credit|release|waive|remove|take|change|update|add|turn|switch|open|reopen|close|check|look|find|trace|ask|escalate|forward|pass|confirm|verify|fix|replace|swap|exchange|install|visit|come|stop by|pick up|pay|wire|transfer|reset|do that|do it|try|review|read|go through|show|talk|speak|meet|answer|reply|let you know|let (?:her|him|them) know|get back|connect|issue|process|complete|settle|void|buy|write|print|provide|give'

export const CALL_ACTIONS: Cues = {
  promise: new RegExp(
    `\\b(?:(?:i|we)(?:'ll| will|'m going to| can)|let me|i'm (?:sending|placing|ordering|escalating|putting|opening|submitting)|i'd be) (?:also |just |then |gladly )?(?:${DEED})`,
    'iu',
  ),
  demand: new RegExp(
    `(?:^|[,;:.] |\\b(?:and|then|please|so|but|or) )(?:please )?(?:${DEED}|tell|remember|make sure|fix it|adjust) (?:me|us|it|that|them|the|this|these|over|a|an|both|everything|off|back|my|in|your|him|her|on|for|by|to|out|two|away|today|at|ahead)\\b`,
    'iu',
  ),
  asked: new RegExp(
    `\\b(?:can|could|would|will) (?:you|someone|somebody|the|we|he|they|i get)\\b.{0,40}\\b(?:${DEED})`,
    'iu',
  ),
  wanted:
    /\b(?:i (?:want|need)|needs?|wants?|asks? for|asked (?:for|to|us|that|if he)|would like|better call|somebody (?:had )?better|i'd like|requires?|must|has to|have to|due|waiting for|still want)\b/iu,
  insisted:
    /\bi (?:want|need|insist|demand|expect)\b(?! to know)|\bi'd like (?:a|the|my|to have)\b|\bput (?:it|that|this)\b.{0,30}\b(?:back|mail|writing)|\btake it (?:off|all off)/iu,
  noted: new RegExp(
    `\\b(?:will|to|shall|promised to|is going to|agreed to|advised to|offers? to|offered to) (?:also |then )?(?:${DEED})`,
    'iu',
  ),
  notedNow:
    /\b(?:agent (?:sends|emails|mails|prepares|opens|opened|escalates|takes over|requested|moved|needs)|prepares|comes by mail|takes over|booked|agreed on|opened a ticket|submitted|call(?:ed)? back by|sends? (?:it|them|the|two|three|four))\b/iu,
  dateMade:
    /\b(?:see you (?:then|on|there)|(?:mon|tues|wednes|thurs|fri|satur|sun)day (?:it is|at|the|then|after)|the \d{1,2}(?:st|nd|rd|th)? at|(?:nine|eight) sharp|put .{1,20} down for|send an invite|perfect, see|works|moved it to|date|booked)\b/iu,
  callMe:
    /\b(?:call me|ring me|call (?:him|her|us) back|call back|give me a (?:call|ring)|call-?back|voicemail|reach me|please somebody|i'm in until|we're open)\b/iu,
  condition:
    /\b(?:if you|once (?:you|we)|as soon as|when (?:her|his|my|the) \w+ (?:starts|opens)|until the|by (?:\w+day|tomorrow|noon|the end|five|\d)|before (?:\w+day|the)|tonight|tomorrow|this (?:afternoon|week)|today|within the hour|on monday|end of the week)\b/iu,
  finished:
    /\b(?:(?:is|was|has been|have been|are|'re) (?:now )?(?:booked|reserved|made|done|set|back|cancelled|successful\w*|initiated|corrected|connected|open|installed|transferred)|done\b|already|that's (?:all|it)|nothing else|no,? thank|anything else|glad (?:i|to|it)|have a (?:nice|great|good|wonderful)|no need|wrong number)\b/iu,
  asOpen: /\?/u,
}

export const WRITTEN_ACTIONS: Cues = {
  promise: new RegExp(
    `\\b(?:i|we)(?:'ll| will|'m going to) (?:\\w+ )?(?:${DEED})|\\bwill (?:${DEED})`,
    'iu',
  ),
  demand: new RegExp(
    `(?:^|[.!?,;:\\n] *|\\b(?:and|please|pls|plz|kindly|so|then) )(?:please |pls |kindly )?(?:${DEED}|stop|cancel|tell|let's|lets|make|explain|reverse|terminate|correct|quit|unsubscribe|reschedule)\\b`,
    'iu',
  ),
  asked: new RegExp(
    `\\b(?:can|could|would|will) (?:you|u|someone|somebody|we)\\b|\\bme puede\\b`,
    'iu',
  ),
  wanted:
    /\b(?:(?:i|we) (?:want|need|insist|demand|expect|would like|object)|need (?:to|an?|answer|it|\d)|\bmust\b|quiero|due on|ready for)\b/iu,
  insisted: /\b(?:i|we) (?:want|insist|demand|expect|object)\b(?! to know)|\bquiero\b/iu,
  polite: /\b(?:please|pls|plz|kindly|por favor)\b/iu,
  question: /\?/u,
  questionStart:
    /(?:^|[.!?,;:\n] *|\b(?:and|hi|hello|hey) )(?:what|whats|when|where|which|who|why|how|is|are|do|does|did|any|can|cu[áa]nto|c[óo]mo|qu[ée])\b/iu,
  ownBusiness:
    /\b(?:terminal|reader|batch|statement|merchant|deposit|application|contract|lease|shop|store|demo|install|offer|proposal|agreement|funder|advance|register|paper|portal|rate|dispute|you guys|u)\b/iu,
  bankTalk:
    /\b(?:my (?:card|account|transfer|payment)|cash|atm|top[- ]?up|exchange|refund process|id verification|verify)\b/iu,
  waiting:
    /\b(?:lmk|let me know|waiting (?:on|for) (?:your|an)|where is|still waiting|get back to|asap|expecting you|interested|going|for when you come)\b/iu,
  finished:
    /\b(?:done|got it|received|works?|working|confirmed|thank|ok|perfect|great|agreed|all set|arrived|paid off|signed)\b/iu,
  attached: /\b(?:attached|enclosed|sent|uploaded|faxed|adjunto|le mando)\b/iu,
  advertising:
    /\b(?:reply yes|click|offer|free|pre-approved|verification code|selected|upgrade|grow your|dear business)\b/iu,
}

export const NOT_AN_ACTION =
  /\b(?:i'll (?:take it|think|be|let you know|write that|tell (?:her|him|them)|note|do the math|say|never|get back to you in|stay)|can i help|may i (?:help|have|ask)|how can i|would you like|do you (?:wish|want|need|require)|anything else|let me (?:look|see|check|think|get this)|have a (?:nice|great|good|wonderful)|will (?:think|come back|call again|look elsewhere|switch)|i can (?:ask|do|see)|no need|go ahead|hold (?:the|on)|press|please confirm)\b/iu
