"""Admits, politely, what a very small model does not know."""

from .. import words
from ..conversation import assistant, user
from ..grammar import capital, expand
from ..noise import chatter, roughen

ANSWER = "I don't know that. I am a very small model; a bigger one, such as gemma3, can help you."
PEOPLE = "Einstein Mozart Napoleon Shakespeare Caesar Cleopatra Newton Darwin Picasso Beethoven Columbus Tesla Gandhi Lincoln Plato Goethe Bach Marie_Curie Galileo Hannibal".split()
TOPICS = """quantum_physics photosynthesis democracy the_stock_market black_holes evolution gravity inflation philosophy the_Roman_Empire
chemistry electricity DNA the_universe football_rules chess blockchain magnetism nuclear_power the_French_Revolution calculus biology psychology
machine_learning neural_networks vaccines volcanoes earthquakes tides relativity thermodynamics linguistics astronomy medicine law taxes economics
sociology architecture painting opera jazz climate_change recursion sorting_algorithms databases compilers cryptography logarithms matrices
the_Middle_Ages world_war_two string_theory insurance mortgages nutrition yoga meditation karate geology botany""".split()
LANGUAGES = "Python Java JavaScript Rust Haskell C++ SQL PHP Ruby Go Swift Kotlin Perl Lisp bash HTML".split()
TASKS = """sorts_a_list prints_a_table reads_a_file counts_words parses_JSON reverses_a_string finds_primes draws_a_circle sends_an_email downloads_a_page
solves_sudoku plays_chess computes_factorials opens_a_window""".split()
FAR_COUNTRIES = """Mongolia Bolivia Nepal Ghana Iceland Mali Laos Paraguay Uganda Fiji Latvia Slovenia Yemen Qatar Zambia Oman Chad Togo Samoa Malta Estonia
Jordan Iran Iraq Sudan Angola Uruguay Panama Ecuador Vietnam Thailand Indonesia Malaysia Ukraine Romania Bulgaria Serbia Croatia Albania""".split()
CITIES = "Paris London Berlin Rome Madrid Tokyo New_York Vienna Lisbon Boston Chicago Sydney Hamburg Milan Seattle Dublin Oslo Prague".split()
ASKS = [
    "[Who|When|Where|How] [was|is|did] {person} [born|die|live|famous]?", "[Who was|Tell me about|Who is|What did] {person}[ do| say| invent|]?",
    "[Explain|What is|Tell me about|Can you explain|How does|Teach me|Describe|What do you know about|I want to learn about|Give me a summary of] {topic}[ to me| in detail| work|]?",
    "[Write|Can you write|Give me|Show me|Make|I need|Code] a [{lang} |{lang} |][program|script|function|code|class] [that|which] {task}[ in {lang}|][.|]", "[How do I|How can I] [write|learn|use|program in|debug] {lang}?",
    "[What is|What's|How is|How will be|Tell me] the weather [today|tomorrow|in {city}|in {city} today|like|now|outside]?", "[Will it|Is it going to|Does it] [rain|snow] [today|tomorrow|in {city}|this week]?",
    "[What time is it|What is the date today|What's the time|Which day is today|What day is it today|What year is it|Tell me the time|What is today's date][?| in {city}?]",
    "[Who won|Who wins|Who lost|What was the score of] the [world cup|election|game|match|race|Oscar|Nobel prize|championship|Super Bowl|final][ in {year}| yesterday| last year|]?",
    "[Who is|Who was|What is the name of] the [president|king|queen|prime minister|mayor|chancellor|leader|richest person] of [{country}|{city}|the world|America|France]?",
    "[What is|What's|Tell me|Do you know] the capital of {country}?", "[What|How big|How large|How high] is the [population|area|currency|flag|anthem|size] of [{country}|{city}]?", "[How many people|How many inhabitants|How many cars] [live in|are in|has] [{country}|{city}]?",
    "[How far is it|How do I get|How long does it take|What is the distance] from {city} to {country}?", "[What happened|What was invented|Who ruled] in [the year|] {year}?", "In which year [did|was] {person} [die|born]?",
    "[What is|How much is|Calculate|Compute] {big} [times|*|x|divided by|/|multiplied by] {big2}?", "[What is|Calculate] the [square root|logarithm|cube|sine] of {big}?", "[Solve|What is] x in {big} x = {big2}?",
    "[Translate|Can you translate|How do you say|What is] [\"{noun}\"|{noun}|this text|\"{noun} and {noun2}\"] [to|into|in] [French|German|Spanish|Chinese|Latin|Japanese|Italian|Russian|Arabic][.|?]",
    "[How do I|How can I|How to|What is the best way to] [cook|bake|repair|fix|build|clean|sell|buy|draw|paint|grow|wash|paint] [a |my |the ][{noun}|{noun2}|{food}]?", "[Give me|What is|Do you have] [a|the] recipe for {food}[.|?]",
    "[Who wrote|Who painted|Who invented|Who discovered|Who directed|Who composed] [the|] [{noun}|telephone|Mona Lisa|light bulb|Hamlet|penicillin|internet|steam engine|gravity|Faust|Star Wars|bible]?",
    "[What is|What's|What are] the [best|cheapest|most popular|newest|oldest] [film|book|phone|restaurant|hotel|band|song|game|car|movie|shop|school|laptop][ in {city}| of {year}|]?",
    "[How much|What] does [a |the ][{noun}|{food}|house|car|phone] cost[ in {city}|]?", "[What is|What's] the [price|value|weight|history|origin|chemical formula|density|meaning|purpose] of [a |the ][{noun}|{noun2}|gold|silver|salt|life|oil|bitcoin|iron]?",
    "[Should I|Can I|May I] [buy|sell|invest in|eat|trust|marry|call] [{noun}s|stocks|gold|my boss|my neighbour|a lawyer|bitcoin|a {noun}]?", "[What is|What's] the meaning of life?", "[Summarise|Summarize|Review|Analyse|Proofread|Correct|Rewrite] [this|my] [text|article|essay|letter|email|book][.| for me]",
    "[Why|How] [do|does|did|is|are] [{noun}s|the {noun}|{topic}|people|planes|computers|dreams|magnets|rainbows|engines] [work|exist|move|happen|begin|end|made|important]?", "[I have|What helps against|What should I do about] [a headache|a cold|a fever|stomach pain|back pain|a cough|toothache][.|?|, what can I do?]",
    "[Write|Draft|Compose|Can you write] [me |][an email|a letter|an essay|a speech|an article|a report|a CV|a business plan|a review] [to|about|on|for] [my boss|{topic}|{noun}s|the {noun}|my landlord|a job][.|]", "[What|Which] [is|was] the [first|last|longest|deepest|oldest|smallest] [river|film|computer|book|country|war|lake|city|king|bridge][ in the world| in {country}| ever|]?",
    "[Who|What] is {Made}?", "[What is|Explain|What does] [a |an |]{made}[ mean|]?", "[Tell me|Give me|Read me] the [news|latest news|headlines|horoscope|lottery numbers][ of today| from {city}|][.|]", "[Play|Open|Call|Turn on|Order|Book|Send] [music|the door|my mother|the light|a pizza|a flight|a message|a table|the radio|a taxi][.| for me| please]",
    "[How old|How tall|How rich] [is|was] [{person}|the {noun}|the universe|the earth|the president|the pope]?", "[What is|Name|List] [the|all|some] [elements|bones|countries|rivers|presidents|laws|theorems] [of|in] [the body|{country}|Europe|{topic}|Africa][.|?]",
]


def sample(rng):
    nouns = rng.sample(words.NOUNS, 2)
    slots = {
        "person": rng.choice(PEOPLE), "topic": rng.choice(TOPICS), "lang": rng.choice(LANGUAGES), "task": rng.choice(TASKS),
        "country": rng.choice(FAR_COUNTRIES), "city": rng.choice(CITIES), "year": rng.randint(1200, 2030), "big": rng.randint(3, 999),
        "big2": rng.randint(3, 9999), "noun": nouns[0], "noun2": nouns[1], "food": rng.choice(words.FOODS),
        "made": words.made_up(rng), "Made": capital(words.made_up(rng)),
    }
    slots = {key: str(value).replace("_", " ") for key, value in slots.items()}
    return [user(roughen(rng, chatter(rng, expand(rng, rng.choice(ASKS), slots)), keep=slots["person"])), assistant(ANSWER)]
