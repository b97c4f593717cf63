"""Tools and requests for them: some dozens of everyday ones, and countless that are put together from words.

A ``Need`` is one thing a user wants: the tool, the arguments, and the words that ask for it.
"""

from dataclasses import dataclass

from . import values, words
from .grammar import capital, expand
from .tool import Parameter, Tool


@dataclass
class Need:
    tool: Tool
    arguments: dict
    ask: str  # a sentence: "What is the weather in Paris?"
    short: str = ""  # the same as a part of a sentence, "the weather in Paris"; empty when there is none


# Everyday tools: names, descriptions, parameters (names, kind of value, type), requests. {0}, {1} are the values.
WHAT = "[What is|What's|Tell me|Give me|Show me|Find out|I need|Can you tell me|Look up|Check]"
CAN = "[|||Please |please |Can you |Could you |I want you to |Now ]"
EVERYDAY = [
    ("get_weather|get_current_weather|weather|check_weather|weather_report|getWeather|current_weather|get_weather_in_city", "[Get|Gets|Returns|Look up] the [current |]weather [in|for|of] a [city|place|location][.|]",
     [("city|location|place|town", "city", "string")], ["[What is|What's|How is|Tell me|Check|Give me] the weather [like |today |now |right now |]in {0}?", "[Is it|Will it be] [sunny|raining|cold|warm|windy|snowing] in {0}[ today|]?"], "the weather in {0}"),
    ("get_temperature|temperature|get_current_temperature|getTemperature|read_temperature", "[Get|Measure|Returns] the [current |]temperature [in|of|for] a [city|place][.|]",
     [("city|location|place", "city", "string")], [WHAT + " the temperature in {0}?", "How [warm|cold|hot] is it in {0}?"], "the temperature in {0}"),
    ("get_time|get_current_time|time_in|current_time|what_time|clock|getTime", "[Get|Tell|Returns] the [current |]time [in|of] a [city|place|time zone][.|]",
     [("city|zone|timezone|location", "city", "string")], ["What time is it in {0}?", WHAT + " the time in {0}?"], "the time in {0}"),
    ("send_email|email|send_mail|sendEmail|mail", "[Send|Sends] an email[ to a person|].", [("to|recipient|address", "email", "string"), ("text|body|message|content", "text", "string")],
     [CAN + "[send|write] an email to {0}[: {1}| saying {1}| that says \"{1}\"]"], ""),
    ("send_message|message|text_person|send_sms|sendMessage|notify", "[Send|Sends] a [short |text |]message to [someone|a person|a friend].", [("to|person|name|recipient", "person", "string"), ("text|message|content", "text", "string")],
     [CAN + "[send|write] a message to {0}[: {1}| saying {1}| that says \"{1}\"]", "Tell {0} this: {1}", "[Message|Text] {0}: {1}"], ""),
    ("add|add_numbers|add_two_numbers|sum|plus|addNumbers", "[Add|Adds|Sum of] two numbers[.|]", [("a|x|first", "integer", "integer"), ("b|y|second", "integer", "integer")],
     ["[What is|Calculate|How much is|Tell me] {0} [+|plus] {1}?", "Add {0} and {1}[.|]", "What is the sum of {0} and {1}?"], "{0} plus {1}"),
    ("subtract|subtract_two_numbers|minus|difference|subtract_numbers", "[Subtract|Subtracts] [one number from another|two numbers][.|]", [("a|x|first", "integer", "integer"), ("b|y|second", "integer", "integer")],
     ["[What is|Calculate|How much is|Tell me] {0} [-|minus] {1}?"], "{0} minus {1}"),
    ("multiply|multiply_numbers|times|product|multiply_two_numbers", "[Multiply|Multiplies|Product of] two numbers[.|]", [("a|x|first", "integer", "integer"), ("b|y|second", "integer", "integer")],
     ["[What is|Calculate|How much is|Tell me] {0} [*|times|multiplied by] {1}?", "Multiply {0} [by|and] {1}[.|]"], "{0} times {1}"),
    ("divide|divide_numbers|quotient", "[Divide|Divides] one number by another[.|]", [("a|x|dividend", "integer", "integer"), ("b|y|divisor", "integer", "integer")],
     ["[What is|Calculate|How much is|Tell me] {0} [/|divided by] {1}?", "Divide {0} by {1}[.|]"], "{0} divided by {1}"),
    ("calculator|calculate|evaluate|math|calc", "[Calculate|Evaluate] [an expression|a formula|a calculation][.|]", [("expression|formula|input", "expression", "string")],
     ["[Calculate|What is|Evaluate|Compute|Work out] {0}[?|.|]"], "{0}"),
    ("search|web_search|search_web|google|find_online|searchWeb|lookup", "[Search|Searches|Look up things in] the [web|internet][.|]", [("query|q|question|term|text", "words_few", "string")],
     [CAN + "[search|google|look up|search the web for|search for|find something about] {0}[ on the web| online|]"], "{0} on the web"),
    ("get_capital|capital_of|capital|country_capital", "[Get|Find] the capital [city |]of a country[.|]", [("country|name|land", "city", "string")], [WHAT + " the capital of {0}?"], "the capital of {0}"),
    ("get_population|population|count_people|population_of", "[Get|Returns] the [population|number of people] of a [city|country|place][.|]", [("city|country|place", "city", "string")],
     ["How many people live in {0}?", WHAT + " the population of {0}?"], "the population of {0}"),
    ("play_music|play_song|play|music|start_music", "[Play|Plays] [music|a song|songs of an artist][.|]", [("song|title|artist|music", "words_few", "string")], [CAN + "play {0}[.|]", CAN + "[play|put on] the song {0}[.|]"], ""),
    ("set_timer|timer|start_timer|setTimer", "[Set|Start|Starts] a timer[.|]", [("minutes|seconds|duration", "integer", "integer")], [CAN + "[set|start] a timer [for|of] {0} {n0}[.|]", "Timer for {0} {n0}[.|]"], ""),
    ("set_alarm|alarm|wake_me|create_alarm", "[Set|Sets|Create] an alarm[.|]", [("time|at|clock|when", "clock", "string")], [CAN + "[set an alarm for|wake me at|wake me up at] {0}[.|]"], ""),
    ("turn_on_light|light_on|switch_on|turnOnLight", "[Turn|Turns|Switch] on the light in a room[.|]", [("room|where|place", "word", "string")], [CAN + "[turn|switch] on the light in the {0}[.|]"], "the light in the {0}"),
    ("set_light|light|control_light|switch_light", "[Switch|Turn] the light on or off[.|]", [("room|where|place", "word", "string"), ("state|mode|power", "on|off", "enum")],
     [CAN + "[turn|switch] the light in the {0} {1}[.|]"], ""),
    ("create_note|write_note|add_note|note|save_note", "[Write|Save|Create] a note[.|]", [("text|note|content", "text", "string")], [CAN + "[write|make|take|save] a note: {0}", "Note[ this|]: {0}", CAN + "note down {0}"], ""),
    ("add_todo|create_task|add_task|todo|new_task", "[Add|Create] a [task|todo][ for the list|].", [("title|task|text", "text", "string")], [CAN + "[add|put] {0} [to my tasks|on my todo list|to the list]", "New task: {0}"], ""),
    ("create_reminder|remind|remind_me|add_reminder|set_reminder", "[Remind|Reminds] [the user|me] of something[.|]", [("text|what|title", "text", "string"), ("day|date|when", "day", "string")],
     [CAN + "remind me on {1}: {0}", "Reminder for {1}: {0}"], ""),
    ("get_news|news|latest_news|headlines", "[Get|Read] the [latest |]news about a topic[.|]", [("topic|about|subject", "word", "string")], [WHAT + " the [latest |]news about {0}?", "What is new about {0}?"], "the news about {0}"),
    ("find_recipe|get_recipe|recipe|search_recipes", "[Find|Get] a recipe[.|]", [("dish|food|name", "food", "string")], [CAN + "[find|give me|get] a recipe for {0}[.|]", "How do I cook {0}?"], "a recipe for {0}"),
    ("order_food|order|order_meal|place_order", "[Order|Orders] food[.|]", [("food|dish|item", "food", "string"), ("count|amount|quantity", "integer", "integer")], [CAN + "order {1} {0}[.|]", "I want to order {1} {0}[.|]"], ""),
    ("call_person|call|phone|make_call|dial", "[Call|Calls|Phone] [someone|a person][.|]", [("name|person|who|contact", "person", "string")], [CAN + "call {0}[.|]", "Phone {0}[.|]"], ""),
    ("get_distance|distance|how_far|measure_distance", "[Get|Compute] the distance between two [places|cities][.|]", [("from|start|origin", "city", "string"), ("to|end|target", "city", "string")],
     ["How far is it from {0} to {1}?", WHAT + " the distance from {0} to {1}?"], "the distance from {0} to {1}"),
    ("roll_dice|dice|roll|throw_dice", "[Roll|Throw] [dice|a number of dice][.|]", [("count|dice|number", "integer", "integer")], [CAN + "[roll|throw] {0} dice[.|]"], ""),
    ("random_number|get_random_number|pick_number|random", "[Get|Pick] a random number[.|]", [("min|from|low", "integer", "integer"), ("max|to|high", "integer", "integer")], [CAN + "[pick|give me] a random number [between {0} and|from {0} to] {1}[.|]"], ""),
    ("read_file|open_file|cat|load_file|readFile", "[Read|Open|Reads] a file[.|]", [("path|file|filename|name", "file", "string")], [CAN + "[read|open|show me] [the file |]{0}[.|]", "What is in {0}?", "What does the file {0} say?"], "the file {0}"),
    ("write_file|save_file|create_file|writeFile", "[Write|Save] text [to|in] a file[.|]", [("path|file|filename", "file", "string"), ("content|text|data", "text", "string")],
     [CAN + "write \"{1}\" to [the file |]{0}[.|]", "Save \"{1}\" [in|to|as] {0}[.|]"], ""),
    ("delete_file|remove_file|rm", "[Delete|Remove] a file[.|]", [("path|file|filename", "file", "string")], [CAN + "[delete|remove] [the file |]{0}[.|]"], ""),
    ("list_files|ls|list_folder|show_files", "[List|Show] the files [of|in] a folder[.|]", [("folder|path|directory", "word", "string")], [CAN + "[list|show me] the files in {0}[.|]", "[What|Which] files are in {0}?"], "the files in {0}"),
    ("get_user|find_user|user_info|lookup_user|getUser", "[Get|Find|Look up] a user[ by id| by number|].", [("id|user_id|user", "code", "string")], [CAN + "[find|look up|show me|get] [the |]user {0}[.|]", "Who is user {0}?"], "user {0}"),
    ("get_order|order_status|track_order|check_order", "[Get|Check] the [state|status] of an order[.|]", [("id|order_id|number", "code", "string")], ["Where is [my |]order {0}?", "What is the status of [my |]order {0}?", "[Check|Track] [my |]order {0}[.|]"], "order {0}"),
    ("get_price|price|price_of|check_price", "[Get|Look up] the price of [an item|a thing|a product][.|]", [("item|product|name", "word", "string")], [WHAT + " the price of {0}?", "How much [is|does] [a |]{0}[ cost|]?"], "the price of {0}"),
    ("define|get_definition|define_word|dictionary", "[Explain|Define|Look up] a word[.|]", [("word|term", "word", "string")], ["What does {0} mean?", "Define {0}[.|]", "[Look up|Explain] the word {0}[.|]"], "the word {0}"),
    ("book_flight|flight|find_flight|buy_flight", "[Book|Find] a flight[ between cities|].", [("from|origin|start", "city", "string"), ("to|destination", "city", "string")], [CAN + "[book|find] a flight from {0} to {1}[.|]", "I want to fly from {0} to {1}[.|]"], "a flight from {0} to {1}"),
    ("book_hotel|find_hotel|hotel|reserve_room", "[Book|Find] a hotel[ room|] [in a city|].", [("city|place|where", "city", "string"), ("nights|days", "integer", "integer")], [CAN + "[book|find] a hotel in {0} for {1} [nights|days][.|]"], ""),
    ("add_event|create_event|calendar|schedule_meeting", "[Add|Create] [an event|a meeting] [in the calendar|].", [("title|name|event", "words_few", "string"), ("date|day|when", "day", "string")], [CAN + "[add|create|plan] [the event |]{0} on {1}[.|]"], ""),
    ("set_volume|volume|change_volume", "[Set|Change] the volume[.|]", [("level|volume|percent", "integer", "integer")], [CAN + "[set|change|turn] the volume to {0}[.|]"], ""),
    ("open_app|launch|start_app|run_program", "[Open|Start] [an app|a program][.|]", [("app|name|program", "word", "string")], [CAN + "[open|start|launch] [the app |]{0}[.|]"], ""),
    ("get_conditions|conditions|sky|get_sky", "[Get|Look up] the [weather |]conditions [in|for] a [city|place][.|]", [("city|place|location", "city", "string")], ["[What are|Tell me|Get] the [weather |]conditions in {0}?"], "the conditions in {0}"),
]
CLASHING = {"get_weather", "get_temperature", "get_time", "add", "subtract", "multiply", "divide", "calculator", "search", "get_capital", "get_population",
            "get_news", "find_recipe", "get_distance", "get_price", "define", "play_music", "call_person", "order_food", "book_flight", "turn_on_light",
            "set_light", "send_email", "send_message", "open_app", "book_hotel", "get_conditions"}  # they also answer what other skills are asked
CALM = [entry for entry in EVERYDAY if entry[0].split("|")[0] not in CLASHING]

# Tools made of words. Held-out words are only used by the evaluation.
VERBS = """open close paint move clean count find check show start stop buy sell build repair wash cancel update delete create rename print measure lock
unlock fill feed water lift fold pack load save list draw fetch plant record order collect deliver hide share sort test push pull cut mix heat cool turn weigh
describe fix get set make add remove greet invite visit""".split()
HELD_OUT_VERBS = "polish rent tune inspect borrow decorate empty".split()
HELD_OUT_NOUNS = "canoe tractor violin lantern pumpkin mirror giraffe submarine ladder carpet".split()
NOUNS = [noun for noun in words.NOUNS + words.OBJECTS + words.ANIMALS if " " not in noun and noun not in HELD_OUT_NOUNS]
# What a made-up tool may be told: parameter names, kind of value, type, how it is said.
DETAILS = [
    ("city|place|location|town|where", "city", "string", ["in {v}"]),
    ("person|name|owner|user|friend|recipient|customer", "person", "string", ["for {v}", "of {v}", "for {v}"]),
    ("count|amount|number|times|n|quantity", "integer", "integer", ["{v} times", "{v} {p}"]),
    ("day|date|when", "day", "string", ["on {v}"]),
    ("time|hour|at", "clock", "string", ["at {v}"]),
    ("colour|color|paint", "colour", "string", ["in {v}"]),
    ("text|message|note|label|title", "text", "string", ["with the {p} \"{v}\"", "saying \"{v}\""]),
    ("id|code|key|number", "code", "string", ["with {p} {v}", "number {v}"]),
    ("file|path|target|source", "file", "string", ["with {v}", "from {v}", "to {v}"]),
    ("price|weight|length|height|speed|size|level|depth|degrees|age", "number", "number", ["with {p} {v}", "and set the {p} to {v}", "at {p} {v}"]),
]
DESCRIPTIONS = ["{V} the {n}.", "{V} a {n}.", "{V}s the {n}", "{V} {n}s.", "Use this to {v} the {n}.", "{V} one {n}, as the user wants."]
CHOICES = ["small|big", "fast|slow", "low|medium|high", "on|off", "left|right", "red|green|blue", "hot|cold", "day|night", "metric|imperial", "celsius|fahrenheit",
           "short|long", "north|south|east|west", "spring|summer|autumn|winter", "new|old", "soft|loud", "light|dark"]
HELD_OUT_CHOICES = ["fine|coarse", "sweet|sour|salty", "young|adult", "thin|thick"]


def _value(rng, kind):
    if "|" in kind:
        return rng.choice(kind.split("|"))
    if kind == "expression":
        return f"{rng.randint(2, 99)} {rng.choice('+-*/')} {rng.randint(2, 99)}"
    return getattr(values, kind)(rng)


def everyday(rng, entries=EVERYDAY):
    """A need for an everyday tool."""
    names, descriptions, specs, asks, short = rng.choice(entries)
    return _written(rng, names, descriptions, specs, asks, short)


def _written(rng, names, descriptions, specs, asks, short):
    parameters, arguments = [], {}
    for choices, kind, type_name in specs:
        name = rng.choice(choices.split("|"))
        is_choice = type_name == "enum"
        parameters.append(Parameter(name, "string" if is_choice else type_name, tuple(kind.split("|")) if is_choice else ()))
        arguments[name] = _value(rng, kind)
    tool = Tool(rng.choice(names.split("|")), expand(rng, descriptions), tuple(parameters))
    return Need(tool, arguments, _fill(expand(rng, rng.choice(asks)), arguments), _fill(short, arguments))


def _fill(text, arguments):
    """{0}, {1} become the values, {n0} the name of the first."""
    for i, (name, value) in enumerate(arguments.items()):
        text = text.replace("{%d}" % i, str(value)).replace("{n%d}" % i, name)
    return text


def _name(rng, verb, noun):
    style = rng.random()
    if style < 0.55:
        return f"{verb}_{noun}"
    if style < 0.70:
        return verb + capital(noun)
    if style < 0.80:
        return f"{noun}_{verb}"
    if style < 0.90:
        return f"{verb}_the_{noun}"
    return f"{words.made_up(rng)}_{verb}_{noun}"


def _noun(rng, nouns):
    """One of the nouns or, in training, an invented one, so that names are copied and not known by heart."""
    return words.made_up(rng) if nouns is NOUNS and rng.random() < 0.5 else rng.choice(nouns)


def _verb(rng, verbs):
    """One of the verbs or, in training, an invented one."""
    return words.made_up(rng) if verbs is VERBS and rng.random() < 0.25 else rng.choice(verbs)


def _detail(rng, nouns, choices, taken):
    """(Parameter, value, phrase) of one thing to tell a made-up tool."""
    while True:
        roll = rng.random()
        if roll < 0.55:
            names, kind, type_name, phrases = rng.choice(DETAILS)
            name, value = rng.choice(names.split("|")), _value(rng, kind)
            parameter = Parameter(name, type_name)
        elif roll < 0.85:  # a noun is the parameter's name, and is said
            name, phrases = _noun(rng, nouns), ["with {p} {v}", "and the {p} {v}", "with the {p} {v}", "using {p} {v}", "with {v} as {p}", "where the {p} is {v}"]
            kind = rng.choice(("word", "integer", "person", "city", "colour", "code"))
            value, parameter = _value(rng, kind), Parameter(name, "integer" if kind == "integer" else "string")
        else:
            options = rng.choice(choices)
            name, phrases = rng.choice(("mode", "state", "kind", "style", "type", "way", _noun(rng, nouns))), ["with {p} {v}", "in the {v} {p}", "with the {v} {p}"]
            value, parameter = _value(rng, options), Parameter(name, "string", tuple(options.split("|")))
        if name not in taken:
            return parameter, value, rng.choice(phrases).replace("{p}", name.replace("_", " "))


def made(rng, held_out=False):
    """A need for a tool that is put together from words."""
    verbs, nouns, choices = (HELD_OUT_VERBS, HELD_OUT_NOUNS, HELD_OUT_CHOICES) if held_out else (VERBS, NOUNS, CHOICES)
    verb, noun = _verb(rng, verbs), _noun(rng, nouns)
    parameters, arguments, said = [], {}, ""
    for _ in range(rng.choices((0, 1, 2, 3), (4, 48, 36, 12))[0]):
        parameter, value, phrase = _detail(rng, nouns, choices, {parameter.name for parameter in parameters})
        if rng.random() < 0.15:  # the user leaves an optional one out
            parameter = Parameter(parameter.name, parameter.kind, parameter.choices, required=False)
            if rng.random() < 0.6:
                parameters.append(parameter)
                continue
        parameters.append(parameter)
        arguments[parameter.name] = value
        said += " " + phrase.replace("{v}", str(value))
    description = expand(rng, rng.choice(DESCRIPTIONS), {"V": capital(verb), "v": verb, "n": noun})
    action = f"{verb} {rng.choice(('the', 'the', 'my', 'a'))} {noun}{said}"
    ask = (expand(rng, CAN) + " " + action).strip()
    ask = capital(ask) if rng.random() < 0.8 else ask
    return Need(Tool(_name(rng, verb, noun), description, tuple(parameters)), arguments, ask, action)


def need(rng):
    return everyday(rng) if rng.random() < 0.35 else made(rng)


def again(rng, first):
    """The same everyday tool wanted with other values, or None when that cannot be said shortly."""
    entry = _entry(first.tool)
    if entry is None or not entry[4]:
        return None
    arguments = {parameter.name: _value(rng, kind) for (_, kind, _), parameter in zip(entry[2], first.tool.parameters)}
    return Need(first.tool, arguments, "", _fill(entry[4], arguments)) if arguments != first.arguments else None


def others(rng, needed, count, clashing=True):
    """Tools beside those needed, with other names and other things to do."""
    tools, out = {tool.name: tool for tool in needed}, []
    while len(out) < count:
        other = (everyday(rng, EVERYDAY if clashing else CALM) if rng.random() < 0.45 else made(rng)).tool
        if other.name not in tools and not any(alike(other, tool) for tool in needed):
            tools[other.name] = other
            out.append(other)
    return out


def _entry(tool):
    return next((entry for entry in EVERYDAY if tool.name in entry[0].split("|")), None)


def family(tool):
    entry = _entry(tool)
    return entry[0].split("|")[0] if entry else tool.name


NEAR = [  # everyday tools that a request could mean alike
    {"get_weather", "get_temperature", "get_conditions"},
    {"calculator", "add"}, {"calculator", "subtract"}, {"calculator", "multiply"}, {"calculator", "divide"},
    {"send_email", "send_message", "call_person"},
    {"create_note", "add_todo", "create_reminder", "add_event"},
    {"turn_on_light", "set_light"},
    {"search", "get_news", "find_recipe", "define", "get_price", "get_capital", "get_population"},
    {"find_recipe", "order_food"},
    {"read_file", "write_file", "delete_file", "list_files"},
    {"get_user", "get_order"},
    {"set_timer", "set_alarm"},
]


def alike(a, b):
    """Whether two tools could answer the same request."""
    families = {family(a), family(b)}
    return len(families) == 1 or any(families <= group for group in NEAR)
