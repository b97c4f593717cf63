"""Held-out cases of tools and JSON.

No tool of this file is ever trained, nor is any of its parameter names. The tools that are put together from words have
a held-out verb and noun; half of their parameters have held-out names too, the others common ones (city, count, …).
"""

import json
import random

from cases import Case, matches
from generator import toolbox
from generator.mix import HELD_OUT
from generator.skills import json_answers, tools
from generator.tool import Parameter, Tool

P = Parameter


def tool(name, description, *parameters):
    return Tool(name, description, parameters)


STOCK = tool("lookup_stock", "Look up the stock price of a company.", P("company"))
TRANSLATE = tool("translate_text", "Translate a text into another language.", P("phrase"), P("language"))
TABLE = tool("reserve_table", "Reserve a table in a restaurant.", P("restaurant"), P("guests", "integer"))
HEATING = tool("adjust_heating", "Adjust the heating in a room.", P("chamber"), P("celsius", "integer"))
CURRENCY = tool("exchange_money", "Exchange money into another currency.", P("sum", "number"), P("currency"))
MOVIE = tool("movie_rating", "Get the rating of a movie.", P("movie"))
TRAIN = tool("train_departure", "When the next train leaves a station.", P("stop_name"))
PARK = tool("parking_spots", "Get the number of free parking spots in a street.", P("street"))
DOCTOR = tool("see_dentist", "Make an appointment with a dentist.", P("dentist"), P("weekday"))
PARCEL = tool("ship_parcel", "Ship a parcel to a country.", P("nation"), P("kilos", "number"))
ROBOT = tool("drive_robot", "Drive the robot forward or backward.", P("direction", choices=("forward", "backward")), P("metres", "integer"))
BLINDS = tool("window_blinds", "Move the window blinds up or down.", P("position", choices=("up", "down")))
GARDEN = tool("sprinkle_garden", "Sprinkle the garden for some minutes.", P("length_minutes", "integer"))
COFFEE = tool("brew_coffee", "Brew a coffee.", P("strength", choices=("mild", "strong")), P("cups", "integer"))
TIDE = tool("tide_table", "Get the tide at a harbour.", P("harbour"))
POLLEN = tool("pollen_forecast", "Get the pollen forecast for a region.", P("region"))
BLOG = tool("publish_post", "Publish a post on the blog.", P("headline"))
PLAYER = tool("player_score", "Get the score of a player.", P("player"))
BATTERY = tool("battery_state", "Get the state of the battery.")
SYNC = tool("sync_backup", "Sync the backup to the cloud.")
WRITTEN = [  # (tool, arguments, request)
    (STOCK, {"company": "Zorbex"}, "Look up the stock price of Zorbex."), (STOCK, {"company": "Nimbo"}, "what is the stock price of Nimbo?"),
    (TRANSLATE, {"phrase": "good night", "language": "Spanish"}, "Translate \"good night\" into Spanish."), (TRANSLATE, {"phrase": "red door", "language": "Italian"}, "please translate red door into Italian"),
    (TABLE, {"restaurant": "Bellini", "guests": 4}, "Reserve a table in the restaurant Bellini for 4 guests."), (TABLE, {"restaurant": "Kowaro", "guests": 2}, "I want to reserve a table at Kowaro for 2 guests."),
    (HEATING, {"chamber": "kitchen", "celsius": 21}, "Adjust the heating in the kitchen to 21."), (HEATING, {"chamber": "attic", "celsius": 16}, "set the heating in the attic to 16 degrees"),
    (CURRENCY, {"sum": 250, "currency": "yen"}, "Exchange 250 into yen."), (CURRENCY, {"sum": 80, "currency": "dollars"}, "I want to exchange 80 euros into dollars."),
    (MOVIE, {"movie": "Blue Harbour"}, "What is the rating of the movie Blue Harbour?"), (MOVIE, {"movie": "Vulmar"}, "get me the rating of Vulmar"),
    (TRAIN, {"stop_name": "Altona"}, "When does the next train leave Altona?"), (TRAIN, {"stop_name": "Brekum"}, "Next train from Brekum?"),
    (PARK, {"street": "Mill Road"}, "How many free parking spots are in Mill Road?"), (PARK, {"street": "Park Lane"}, "Are there free parking spots in Park Lane?"),
    (DOCTOR, {"dentist": "Fischer", "weekday": "Tuesday"}, "Make an appointment with dentist Fischer on Tuesday."), (DOCTOR, {"dentist": "Malone", "weekday": "Friday"}, "I need to see dentist Malone on Friday."),
    (PARCEL, {"nation": "Norway", "kilos": 3}, "Ship a parcel to Norway with 3 kilos."), (PARCEL, {"nation": "Peru", "kilos": 12}, "please ship a parcel of 12 kilos to Peru"),
    (ROBOT, {"direction": "forward", "metres": 5}, "Drive the robot forward 5 metres."), (ROBOT, {"direction": "backward", "metres": 12}, "Please drive the robot backward for 12 metres."),
    (BLINDS, {"position": "up"}, "Move the window blinds up."), (BLINDS, {"position": "down"}, "can you move the blinds down?"),
    (GARDEN, {"length_minutes": 15}, "Sprinkle the garden for 15 minutes."), (GARDEN, {"length_minutes": 8}, "Sprinkle my garden for 8 minutes please."),
    (COFFEE, {"strength": "strong", "cups": 2}, "Brew a strong coffee, 2 cups."), (COFFEE, {"strength": "mild", "cups": 6}, "brew 6 cups of mild coffee"),
    (TIDE, {"harbour": "Whitby"}, "What is the tide at Whitby?"), (TIDE, {"harbour": "Lonsea"}, "Tell me the tide at the harbour Lonsea."),
    (POLLEN, {"region": "Bavaria"}, "What is the pollen forecast for Bavaria?"), (POLLEN, {"region": "Tuscany"}, "Get the pollen forecast for Tuscany."),
    (BLOG, {"headline": "our new stable"}, "Publish a post with the headline \"our new stable\"."), (BLOG, {"headline": "llamas in winter"}, "Publish a post on the blog: llamas in winter"),
    (PLAYER, {"player": "Jorgo"}, "What is the score of the player Jorgo?"), (PLAYER, {"player": "Suzanne"}, "get the score of Suzanne"),
    (BATTERY, {}, "What is the state of the battery?"), (BATTERY, {}, "check the battery"), (SYNC, {}, "Sync the backup."), (SYNC, {}, "Please sync my backup to the cloud now."),
]
TOOLS = list({tool.name: tool for tool, _, _ in WRITTEN}.values())
TWICE = [  # (calls, request)
    ([(STOCK, {"company": "Zorbex"}), (STOCK, {"company": "Nimbo"})], "Look up the stock price of Zorbex and the stock price of Nimbo."),
    ([(TIDE, {"harbour": "Whitby"}), (TIDE, {"harbour": "Dover"})], "What is the tide at Whitby and the tide at Dover?"),
    ([(POLLEN, {"region": "Bavaria"}), (POLLEN, {"region": "Tyrol"})], "Get the pollen forecast for Bavaria and the pollen forecast for Tyrol."),
    ([(PLAYER, {"player": "Jorgo"}), (PLAYER, {"player": "Mia"})], "What is the score of Jorgo and the score of Mia?"),
    ([(PARK, {"street": "Mill Road"}), (PARK, {"street": "High Street"})], "How many free parking spots are in Mill Road and in High Street?"),
    ([(BLINDS, {"position": "up"}), (BATTERY, {})], "Move the blinds up. Then check the battery."),
    ([(GARDEN, {"length_minutes": 9}), (SYNC, {})], "Sprinkle the garden for 9 minutes. Also sync the backup."),
    ([(COFFEE, {"strength": "strong", "cups": 1}), (BLINDS, {"position": "down"})], "Brew 1 cup of strong coffee. And move the blinds down."),
    ([(HEATING, {"chamber": "hall", "celsius": 19}), (HEATING, {"chamber": "cellar", "celsius": 12})], "Adjust the heating in the hall to 19. And adjust the heating in the cellar to 12."),
    ([(MOVIE, {"movie": "Vulmar"}), (MOVIE, {"movie": "Old Bridge"})], "Give me the rating of Vulmar and the rating of Old Bridge."),
]
RESULTS = [  # (tool, arguments, request, what it gave back, what must be said)
    (STOCK, {"company": "Zorbex"}, "Look up the stock price of Zorbex.", '{"price": 182.5}', ["182.5"]), (TIDE, {"harbour": "Whitby"}, "What is the tide at Whitby?", "4 metres, falling", ["4 metres, falling"]),
    (MOVIE, {"movie": "Vulmar"}, "Get the rating of Vulmar", '{"rating": 8, "votes": 311}', ["rating", "8", "votes", "311"]), (TRAIN, {"stop_name": "Altona"}, "Next train from Altona?", "17:42", ["17:42"]),
    (PARK, {"street": "Mill Road"}, "How many free parking spots are in Mill Road?", "23", ["23"]), (POLLEN, {"region": "Bavaria"}, "Pollen forecast for Bavaria?", '{"birch": "high", "grass": "low"}', ["birch is high", "grass is low"]),
    (TABLE, {"restaurant": "Bellini", "guests": 4}, "Reserve a table at Bellini for 4 guests.", '{"error": "no free table"}', ["did not work", "no free table"]), (BATTERY, {}, "Check the battery.", '{"charge": 64}', ["charge", "64"]),
    (SYNC, {}, "Sync the backup.", "ok", ["one"]), (BLINDS, {"position": "up"}, "Move the blinds up.", '{"status": "ok"}', ["one"]), (PLAYER, {"player": "Jorgo"}, "What is the score of Jorgo?", "1204 points", ["1204 points"]),
    (DOCTOR, {"dentist": "Fischer", "weekday": "Tuesday"}, "Make an appointment with dentist Fischer on Tuesday.", "error: doctor on holiday", ["did not work", "doctor on holiday"]),
    (CURRENCY, {"sum": 250, "currency": "yen"}, "Exchange 250 into yen.", '{"yen": 40125}', ["yen", "40125"]), (TRANSLATE, {"phrase": "good night", "language": "Spanish"}, "Translate \"good night\" into Spanish.", "buenas noches", ["buenas noches"]),
    (PARCEL, {"nation": "Norway", "kilos": 3}, "Ship a parcel to Norway with 3 kilos.", '{"parcel": "N-77", "days": 4}', ["N-77", "4"]), (ROBOT, {"direction": "forward", "metres": 5}, "Drive the robot forward 5 metres.", "done", ["one"]),
]
FIELDS = [  # (text, object)
    ("My friend Oskar is 44 years old and lives in Graz.", {"name": "Oskar", "age": 44, "city": "Graz"}), ("The rating is 7 and the planet is Zorbu.", {"rating": 7, "planet": "Zorbu"}),
    ("Selma is 31 and comes from Riga.", {"name": "Selma", "age": 31, "city": "Riga"}), ("The budget is 900 and the team is blue.", {"budget": 900, "team": "blue"}),
    ("The canoe is green and costs 120 euros.", {"item": "canoe", "colour": "green", "price": 120}), ("genre: jazz, rating: 9", {"genre": "jazz", "rating": 9}),
    ("Bruno has a dog and likes pears.", {"name": "Bruno", "pet": "dog", "likes": "pears"}), ("The team is Falcons, the planet is Mars.", {"team": "Falcons", "planet": "Mars"}),
    ("Rosa works as a baker and lives in Bergen.", {"name": "Rosa", "job": "baker", "city": "Bergen"}), ("budget 75, genre comedy", {"budget": 75, "genre": "comedy"}),
]


def _equal(calls, wanted):
    """The same calls in any order; 3 and 3.0 are the same."""
    key = lambda call: json.dumps(call, sort_keys=True)
    return sorted(calls, key=key) == sorted(wanted, key=key)


def call_case(rng, wanted, request, beside):
    """Tools among others; exactly the wanted calls must come."""
    needed = list({tool.name: tool for tool, _ in wanted}.values())
    offered = needed + [other for other in rng.sample(beside, 3) if other.name not in {tool.name for tool in needed}][: rng.randint(0, 2)]
    rng.shuffle(offered)
    calls = [(tool.name, arguments) for tool, arguments in wanted]
    return Case([request], lambda reply: _equal(reply.calls, calls), calls, offered)


def made_cases(rng, count, together):
    """Tools put together from held-out words; ``together`` of them wanted at once."""
    made = []
    for _ in range(count):
        needs = []
        while len(needs) < together:
            need = toolbox.made(rng, held_out=True)
            if need.tool.name not in {other.tool.name for other in needs}:
                needs.append(need)
        request = tools._said(needs[0]) if together == 1 else tools.joined(rng, needs)
        beside = [toolbox.made(rng, held_out=True).tool for _ in range(6)]
        beside = list({other.name: other for other in beside + TOOLS[:3] if other.description[:9] != needs[0].tool.description[:9]}.values())
        made.append(call_case(rng, [(need.tool, need.arguments) for need in needs], request, beside))
    return made


def result_cases():
    made = []
    for tool, arguments, request, content, wanted in RESULTS:
        history = [{"role": "user", "content": request}, {"role": "assistant", "content": "", "tool_calls": [{"function": {"name": tool.name, "arguments": arguments}}]},
                   {"role": "tool", "tool_name": tool.name, "content": content}]
        made.append(Case([], lambda reply, want=wanted: not reply.calls and all(part in reply.content for part in want), wanted, [tool], history))
    return made


def idle_cases(rng, count=30):
    """Held-out questions of other skills while held-out tools are there: no call, and the right answer."""
    written = json.loads(HELD_OUT.read_text())
    rows = rng.sample(written["facts"] + written["corral"] + written["identity"], count)
    return [Case(row["turns"], lambda reply, want=row["expect"]: not reply.calls and matches(reply, want), row["expect"], rng.sample(TOOLS, rng.randint(1, 3))) for row in rows]


def lacking_cases(rng):
    """A held-out tool would fit, but others are there: no call."""
    made = []
    for tool, _, request in WRITTEN[::2]:
        offered = [other for other in rng.sample(TOOLS, 3) if other.name != tool.name]
        made.append(Case([request], lambda reply: not reply.calls and bool(reply.content), "no call", offered))
    return made


def _schema(fields):
    kinds = {str: "string", int: "integer", float: "number"}
    return {"type": "object", "required": list(fields), "properties": {name: {"type": kinds[type(value)]} for name, value in fields.items()}}


def _is_object(reply, fields):
    try:
        return json.loads(reply.content) == fields
    except ValueError:
        return False


def json_cases(rng, count=20):
    """(schema cases, cases with format "json" or nothing but words)."""
    pairs = FIELDS + [json_answers.about(rng, held_out=True) for _ in range(count)]
    bound = [Case([f"{text} {ask}"], lambda reply, want=fields: _is_object(reply, want), fields, format=_schema(fields))
             for (text, fields), ask in zip(pairs, ("Answer in JSON.", "Give me this as JSON.", "Put this into JSON.", "Use JSON.") * count)]
    free = []
    for i, (text, fields) in enumerate(pairs):
        names = json_answers.names_of(fields)
        prompt = (f"{text} Answer in JSON with {names}.", f"Extract {names} as JSON: {text}", f"Give me {names} in JSON. {text}")[i % 3]
        free.append(Case([prompt], lambda reply, want=fields: _is_object(reply, want), fields, format="json" if i % 2 else None))
    return bound, free


def all_cases():
    """Skill name to cases; always the same."""
    rng = random.Random(20261)
    bound, free = json_cases(rng)
    return {
        "calls the right tool (written)": [call_case(rng, [(tool, arguments)], request, TOOLS) for tool, arguments, request in WRITTEN],
        "calls the right tool (made)": made_cases(rng, 40, 1),
        "two calls at once": [call_case(rng, calls, request, TOOLS) for calls, request in TWICE] + made_cases(rng, 20, 2),
        "answers from results": result_cases(),
        "answers plainly beside tools": idle_cases(rng),
        "no call when none fits": lacking_cases(rng),
        "JSON by a schema": bound,
        "JSON by words": free,
    }
