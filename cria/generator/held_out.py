"""Words that belong to the evaluation (tool_cases.json): no trained tool or parameter may have them for a name."""

TOOLS = set("""lookup_stock translate_text reserve_table adjust_heating exchange_money movie_rating train_departure parking_spots
see_dentist ship_parcel drive_robot window_blinds sprinkle_garden brew_coffee tide_table pollen_forecast publish_post player_score
battery_state sync_backup""".split())
PARAMETERS = set("""company phrase language restaurant guests chamber celsius sum currency movie stop_name street dentist weekday nation
kilos direction metres position length_minutes strength cups harbour region headline player""".split())
VERBS = set("polish rent tune inspect borrow decorate empty".split())
NOUNS = set("canoe tractor violin lantern pumpkin mirror giraffe submarine ladder carpet".split())
FIELDS = set("canoe tractor violin lantern pumpkin rating budget team planet genre".split())
WORDS = VERBS | NOUNS | PARAMETERS  # never in a word list of made-up tools
# What the written tools are about: made-up tools are about other things.
SUBJECTS = set("stock stocks dentist parcel heating blinds sprinkle pollen tide battery backup coffee brew movie".split())
EXCLUDED = WORDS | SUBJECTS
