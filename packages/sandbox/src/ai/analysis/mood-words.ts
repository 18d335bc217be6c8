/**
 * How people of this trade sound when they are cross or glad: patterns that no general word list has.
 * Each group is one feature of the sentiment model, counted over the other party's sentences. Groups
 * say what a phrase does, not how strong it is; the weights are learned.
 */

export const MOOD_PATTERNS: Readonly<Record<string, RegExp>> = {
  cross:
    /\b(?:angry|upset|furious|annoy\w*|frustrat\w*|disappoint\w*|unhappy|mad at|livid|fed up|sick of|tired of|had it|had enough|ridiculous|unacceptable|outrageous|unbelievable|insult\w*|humiliat\w*|shame\w*|disgrace\w*|terrible|horrible|awful|pathetic|worst|useless|lousy|crappy|garbage|rubbish|rude|careless|incompetent|clueless|embarrass\w*|mortif\w*|exhaust\w*|infuriat\w*|appall\w*|disgust\w*|dreadful|atrocious|poor (?:service|job|support)|bad (?:service|experience|decision)|out of patience|running thin|let (?:me |us )?down|give up|not cool|ugh|argh|wtf|damn|grr+|hate[sd]?|can't stand|excuses|idiot|fool|joke|mess|nightmare|pity|silly|regret|at a loss|not (?:at all )?(?:happy|thrilled|satisfied|pleased|amused)|sorry i (?:ever )?switched|expected (?:more|better)|won't recommend|kidding)\b/giu,
  betrayed:
    /\b(?:cheat\w*|lie[ds]?|lying|dishonest|scam\w*|rip-?off|ripped off|robbery|robbing|bait and switch|misled|harass\w*|crooks?|criminal|theft|stole|steal\w*|deceiv\w*|decepti\w*|broken promise|false|fraudulent|apolog(?:y|ize)|threaten\w*|bull(?:y|ied|ying)|never (?:told|agreed|asked|mentioned|signed|approved|ordered)|was(?:n't| not| never) told|nobody (?:told|mentioned|said)|no one (?:told|mentioned)|without (?:notice|asking|telling|a word)|that's not what)\b/giu,
  ignored:
    /\b(?:nobody|no one|no answer|never (?:called|showed|came|got|answered|replied|heard)|didn't (?:show|call|answer|reply)|won't (?:pick up|answer|call)|on hold|waiting|waited|(?:doesn't|does not|do not|don't) answer|three hours|(?:called|written|wrote|asked|emailed|left) .{0,24}(?:times|messages|without)|no (?:reply|response|callback)|left hanging|hung up on|get rid of me|passed around)\b/giu,
  repeated:
    /\b(?:again|still|yet another|(?:second|third|fourth|fifth|2nd|3rd|4th|5th|\d+th) (?:time|message|call|mail|reminder|day|machine|one)|(?:two|three|four|five|twice|\d+) times|times already|twice|every (?:month|time|week)|for (?:weeks|months|days)|weeks|last time|keeps?)\b/giu,
  blame:
    /\b(?:you people|you guys (?:never|always|still|keep)|you (?:said|told|promised|lost|took|lied|charged|advertise)|your (?:fault|mistake|guy|man|rep|tech|salesman|stuff)|because of (?:you|this)|sitting on my|my money)\b/giu,
  loss: /\b(?:(?:los(?:ing|t|e)|cost(?:s|ing)?|walk(?:ed|ing)? out|out the door|can(?:'t|not) (?:pay|run|see)|bounced|wast(?:ed?|ing)|gone|ruined|suppliers|behind)\b)/giu,
  threat:
    /\b(?:lawyer|attorney|switch(?:ing)? (?:to|processors?)|mov(?:e|ing) to|go(?:ing)? back to|leav(?:e|ing)|cancel\w*|terminat\w*|close (?:the|my|our) account|i want out|get me out|quit|dispute it|stop (?:call|text|debit|charg|mail)\w*|take me off|remove my|forget it|no way|no thank you|not interested|better business bureau|bad review|somebody else|elsewhere|or i)\b/giu,
  broken:
    /\b(?:broken|down|dead|died|frozen|freez\w*|crash\w*|fail\w*|error|wrong|doesn't work|does not work|not work\w*|won't|no connection|offline|stuck|declined|lost|missing|slow(?:er)?|late|delay\w*|outage|glitch\w*|problem|issue)\b/giu,
  demand:
    /\b(?:i want (?:my|it|out|the|a|to)|put (?:it|the|that)\b.{0,20}\bback|take it off|i (?:demand|insist)|give me|pay it|correct(?:ed)?|refund|fix (?:it|this)|better call|explain)\b/giu,
  glad: /\b(?:love[sd]?|loving|great|wonderful|awesome|amazing|fantastic|terrific|excellent|perfect(?:ly)?|brilliant|lovely|best|happy|happier|delight\w*|thrilled|relie[fv]\w*|pleased|impressed|grateful|glad|excited|cheerful|adores?|beautiful|superb|good (?:job|service|work|word|to us|at this)|very good|so good|much better|nice|super|happily|enjoy\w*|proud|yay|hooray|hallelujah|whew|phew|sweet|bless\w*|kudos|bravo to|compliment\w*|praise|beautifully|wonderfully|wonder|marvell?ous|magic|dream|outstanding|exceptional|friendly|helpful|dancing|smiling)\b/giu,
  praise:
    /\b(?:life ?saver|saved? (?:my|our|us|me|her|his)|made my day|five stars?|5 stars?|gem|(?:a|you're|the) star|genius|rock|recommend|told (?:everybody|everyone|my|the|all)|tell (?:everybody|everyone)|works like a charm|like a charm|can breathe|can sleep|deserves? (?:a|an)|hats? off|tip of the hat|owe you|drinks on|on the house|high praise|well done|way to go|you're the man|finally someone|no complaints|sleep better|what a relief|back in business|success|worth every|first try|thank goodness|god bless|keep it up|can't wait|wait to see|congrat\w*|best (?:decision|company|news|customer)|you treat me right|patient|patience|spoiling|holding my hand|big thank|means to us|not (?:bad|one)|nothing to complain|couldn't be|could not be|can't complain|impressed|smooth(?:ly)?|so (?:easy|fast|quick)|was (?:quick|fast|easy)|faster than|easy)\b/giu,
  thanks: /\b(?:thank(?:s| you|ful)?|thx|ty|gracias|appreciated?|kind of you)\b/giu,
  warmThanks:
    /\b(?:thank(?:s| you)(?:,? (?:so|very) much|,? a lot|,? again| for (?:the quick|your (?:patience|help)|everything|all|sticking|holding))|many thanks|much appreciated|thank you, thank you|muchas gracias|(?:a|such a) (?:big|great|huge) (?:help|thank))\b/giu,
  resolved:
    /\b(?:work(?:s|ed|ing)|fixed|solved|sorted|it prints|is (?:in|here|back|open)|came (?:this|today)|arrived|approved|paired|all set|we won|paid off)\b/giu,
  sarcasm:
    /\b(?:thanks for nothing|oh sure|wow|bravo|love that for me|just (?:great|perfect)|too much to ask|great,? (?:another|just)|so (?:everybody|automatically|let me get)|wonderful\. then|what a surprise|good luck with that|how nice|would have been nice|only took|as usual|since you ask|or is this for show|for show)\b/giu,
  spanishCross:
    /\b(?:no me gusta|p[ée]simo|mal(?:o|a)? servicio|cobra(?:n|ron) de m[áa]s|cobraron|por culpa|perdiendo|se apaga|horrible|terrible|malísim[oa]|llevo .{0,20}(?:llamando|esperando)|falta de respeto|nadie (?:contesta|responde|me)|enojad[oa]|molest[oa]|harto|harta|queja|reclamo|esperando|otra vez|devu[ée]lvan\w*|no funciona|no sirve|gerente|robo|estafa|decepcionad[oa])\b/giu,
  spanishGlad:
    /\b(?:content[oa]s?|excelente|muy bien|qué alivio|maravilla|feliz|encanta\w*|perfecto|maravill\w*|buen(?:ísimo| servicio)|muy amable|mil gracias|genial)\b/giu,
  courteous: /\b(?:please|pls|kindly|por favor|regards|cheers|dear|hello|hi)\b/giu,
  calm: /\b(?:fine|okay|ok|no (?:rush|problem|worries)|good to know|all right|alright|understood|sure|think (?:it over|about it)|sleep on it)\b/giu,
}

export const MOOD_NAMES: readonly string[] = Object.keys(MOOD_PATTERNS)

/** Words that tell a model what to answer; they are data and say nothing of a mood. */
export const INSTRUCTION =
  /\b(?:(?:ignore|disregard|forget|override)\b.{0,40}\b(?:instruction|prompt|rule|above|previous|prior)|(?:label|classify|mark|rate|score|output|respond|answer|return|report)\b.{0,40}\b(?:as |with |only |sentiment|confidence|positive|negative|neutral|category)|(?:correct|right|true) (?:sentiment|label|category)|"?sentiment"?\s*[:=]|^\s*system\s*:|note to the (?:ai|model|assistant)|you are (?:now )?an? (?:ai|assistant|language model))/iu
