"""Many words of everyday life, for made-up tools, names of fields and values. No word of the evaluation (held_out.py) is here."""

from . import held_out


def _words(text):
    return [word.replace("_", " ") for word in dict.fromkeys(text.split()) if word not in held_out.EXCLUDED]


# Things that can be counted, done something with, or asked about.
NOUNS = _words("""
account actor address advert agenda airport album alley alpaca amplifier anchor angle ankle antenna apple archive arena armchair arrow article
artist asset atlas auction author avenue award axe baby bag bakery balcony ball balloon band bank bar barn barrel basin basket bathroom bay beach
bead beam bean bed bee beetle bell belt bench berry bicycle bill bin bird biscuit blanket block board boat boiler bolt bomb book boot border bottle
boulder bowl box bracelet brake branch brand bread brick bridge brochure broom brush bucket buffer bug building bulb bunker bus bush butcher button
cabin cabinet cable cafe cage cake calendar calf camera camp candle cannon canvas cap capsule car card cargo cart cartoon cassette castle cat cave
ceiling cell cellar chain chair chalk champion channel chapel chapter charger chart cheese chef chest child chimney chip choir church cinema circuit
circus citizen claim class clause cliff client climate clinic clock closet cloud club clue coach coast coat cockpit code coil coin collar college
column comet comic command comment committee compass computer concert cone console contest contract cook cookie corner corridor cottage couch
council counter country county couple coupon course court cousin cow crab cradle craft crane crate creek crew crop cross crowd crown cube cupboard
curtain curve cushion customer cycle cylinder dam dance data deal debt deck deer delivery department deposit desert desk detail device diagram
diamond diary dinner dish disk district doctor document dog doll dolphin dome donkey door dose dragon drain drawer dream dress drill drink driver
drone drum duck duty eagle ear edge editor egg elephant elevator email emblem employee engine envelope episode error essay event exam exhibit exit
expert export fabric face factory fan farm fault feather fee fence ferry festival field figure file filter finger fire firm fish flag flame flask
fleet flight flock floor flower flute fog folder food foot forest fork form formula fortress fossil fountain frame freezer friend frog fruit fuel
fund furnace fuse galaxy gallery game garage garden garlic gas gate gear gem generator ghost gift glacier glass glove goal goat gold goose grade
grain grape graph grass grave grid group guard guide guitar gun gym habit hall hammer hand handle hangar harp hat hawk headset heater hedge helmet
hen herb herd hill hinge hive hole holiday home hook horn horse hospital hose hostel hotel hour house hut ice icon idea image inbox index ink insect
invoice iron island item jacket jar jeep jet jewel job joint joke journal journey jug juice jungle junction kettle key keyboard king kiosk kitchen
kite kitten knee knife knot label laboratory lake lamb lamp lane laptop laser laundry lawn lawyer layer leaf league leg lemon lens lesson letter level
lever library lid lift light lighthouse line link lion list lizard loan lobby lock locker lodge log loop lorry lounge luggage lunch machine magazine
magnet mail mall manager map marble market marsh mask mast mat match mattress meadow meal medal meeting member memo menu message meter microphone
mill mine minister mirror_frame missile mission mixer model module monitor monkey monument moon mosque motor mountain mouse mouth museum mushroom
nail napkin needle neighbour nest net network newspaper nose note notebook notice novel number nurse nut oak oasis oboe ocean offer office oil onion
opera orange orbit orchard order organ outlet oven owl owner oyster packet pad page paint palace pan panel paper parade park parrot part partner
party passenger passport password pasta path patient pattern payment peach pear pen pencil pension pepper permit phone photo piano picture pie pier
pig pigeon pillow pilot pin pipe pirate pit pizza plan plane plant plate platform plug pocket poem poet pole pond pool port portrait post pot potato
pram prayer present printer prison prize product profile program project prompt puddle pump puppet puppy purse puzzle pyramid queue quilt rabbit rack
radar radio raft rail railing rainbow ramp ranch range ray razor receipt recipe record recorder reef referee refund relay remote report request
reservoir resort result review ribbon rice ride rifle ring river road robe rock rocket rod roof room rooster root rope rose route router row rug rule
runway saddle safe sail salad salary salon sample sand satellite sauce saw scale scanner scarf scene school scooter score_sheet scout screen screw sculpture sea
seal season seat section seed sensor sentence server service shadow shaft shed sheep shelf shell shelter shield ship shirt shoe shop shore shovel shower
shutter signal silo singer sink siren skate sketch ski skirt skull sledge sleeve slide slipper slope snail snake soap sock sofa soil soldier song soup
spade speaker spear spice spider spoon spot spring squad square stable stadium staff stage stair stall stamp stand star statue station steam
step stick stone stool stop store storm story stove strap straw stream string studio student submission suit suitcase sunflower supper surface swan
sweater swimmer switch sword symbol syringe system table tablet tail tailor tank tap tape target task taxi teacher teapot temple tenant tent terminal
terrace test text theatre thief thread throne ticket tie tiger tile timer tin tire title toaster toilet token tomato tongue tool tooth torch
tower town toy track trail train trap tray treasure treaty tree trench trial tribe trick trip trolley trophy truck trumpet trunk tube tunnel turbine
turkey turtle umbrella uncle uniform unit valley valve van vase vault vehicle vessel vest village vine visa visitor voice volcano voucher voyage wage
waggon waiter wall wallet walnut wardrobe warehouse warrior washer watch waterfall wave wax weapon website wedding well whale wheel whistle widget
window wine wing winner wire witness wolf wood wool word worker workshop world wreck yacht yard yoga_mat zebra zone zoo
""")
NOUNS = [noun for noun in NOUNS if " " not in noun]

# What things have: "the price of a house".
ATTRIBUTES = _words("""
address age amount angle area author balance birthday brand capacity capital category charge chief code colour condition contents cost count coverage
creator crew date deadline delay demand density depth description diameter director distance duration editor effect end energy entrance error
expiry fare fee flavour floor flow forecast format founder frequency fuel goal grade growth guest_list height history humidity identifier impact
income index inventor keeper kind label length level licence limit link load location lyrics maker manager manual mass material
meaning menu mileage mode moisture mood motto name noise number occupancy opening order origin output owner password pattern payload
percentage phase phone photo pitch place plan plot population power pressure price prize profit progress pulse purpose quality queue quota radius
rain range rank rate ratio reason recipe record rent_cost result revenue reward rhythm risk role route rules salary schedule score_list season
secret sender sequence serial shape share size skill smell source speed spelling staff stage start state status style supplier supply
surface taste tax temperature tension texture thickness ticket time title topic total track traffic trend type usage use value version view visitors
voltage volume wage warning warranty wave wear weight width winner yield zone
""")
ATTRIBUTES = [word for word in ATTRIBUTES if " " not in word]

# What one does with things.
VERBS = _words("""
accept activate add adopt aim air align announce answer appoint approve archive arrange arrest ask assemble assign attach attack bake balance ban bang
bathe bend bind bite blend bless block blow boil bolt book boost bottle bounce box brake break brush build burn bury buy calibrate call cancel carry
carve cast catch chain change charge chase check chop claim clap clean clear climb clip clone close coat coil collect colour comb combine compare
compile compress connect cook cool copy count cover crack crush cure cut cycle dance deactivate debug decode defend delay delete deliver deploy
describe design destroy detach detect develop dice dig dim dip direct disable disarm dismiss display dock double drag drain draw dress drill drive
drop dry dust dye earn edit eject enable encode end enlarge enter erase escort evaluate examine expand expel explain explore export extend extract
fasten fax feed fetch fight file fill film filter find finish fire fix flash flatten flip float flood flush fly focus fold follow forge forward frame
free freeze fry fuel gather glue grab grade grate graze greet grill grind grow guard guide halt hammer hang harvest hatch haul heal heat hide hire hoist
hold honk hug hunt ignite import improve increase inflate inform inject insert install insulate insure invite iron join juggle jump keep kick kiss
knit knock label land launch lay lead learn lease lend level lift light link list load lock log lower lubricate mail maintain map mark marry mash
measure melt mend merge milk mill mix model modify monitor mop mount move mow multiply mute nail name note notify number oil open operate orbit
order organise pack paint park paste patch pause pay peel pet photograph pick pin pitch place plan plant plaster play pluck plug point polish_up post pour power
praise predict prepare press print process program project promote protect prune pull pump punch purge push quote race raise rake read reboot
receive record recycle reduce refill refuel register release reload remind remove rename repair replace report rescue reset resize
restart restore retry return reverse review rinse ripen rip roast rock roll rotate rub run salt sand save saw scale scan schedule scrape scratch scrub
seal search season sell send separate serve set sew shake shape share sharpen shave shift shine shoot shorten show shred shrink shut sign sketch ski
slice slide slow smash smoke smooth soak solve sort spin split spray spread squeeze stack staple start steam steer stir stop store straighten strap
stretch strip study submit summon support suspend sweep swing switch tag tame tap tape taste teach tear test thaw throw tie tighten tilt time tow
trace track trade train transfer transmit trap treat trigger trim trust turn twist undo unload unlock unpack unplug untie update upgrade upload use
vacuum validate verify view visit warm warn wash watch water weave weigh weld whip widen win wind wipe wrap write zip
""")
VERBS = [verb for verb in VERBS if " " not in verb]

UNITS = _words("""
minutes hours days weeks months seconds pieces boxes litres grams pounds miles inches feet people seats nights rounds laps pages copies points degrees
percent bottles bags steps times turns floors rows tons gallons yards lines slices sheets rolls coins bars volts watts beats layers portions buckets
""")
PLACES = _words("""
airport attic barn base bay block cabin camp castle cave cellar city clinic club corner country county course court department depot district dock
factory farm field floor garage garden gate hall hangar hospital hotel house hut island kitchen lab lake library lobby lodge lot mall market
mine mountain museum office palace park pier plant platform pool port prison quarter ranch resort river road room school sector shed shelf
shop site square stable stadium stage state station store studio suburb suite temple terminal theatre tower town tunnel vault village ward
warehouse wing workshop yard zone zoo
""")
ROLES = _words("""
actor agent architect artist assistant author baker banker barber boss brother builder butcher captain carpenter chef chief clerk client coach colleague
consultant cook cousin customer dancer designer developer director driver editor electrician employee engineer expert farmer fisherman friend
gardener guard guest guide hairdresser helper host hunter inspector_general janitor jeweller judge keeper lawyer leader lecturer librarian manager mason
mechanic member mentor miner minister musician neighbour nurse officer optician owner painter partner patient pharmacist pianist pilot plumber
poet policeman porter president printer professor programmer psychologist pupil referee reporter sailor salesman scientist secretary sergeant
shepherd singer sister soldier specialist student supplier surgeon tailor teacher teammate technician tenant therapist trainer tutor uncle vet
visitor waiter watchmaker welder witness writer
""")
ROLES = [role for role in ROLES if " " not in role]
ADJECTIVES = _words("""
active ancient angry available basic bent big bitter black blank blind blue bold boring brave bright broken brown busy calm careful cheap clean clear
clever closed cloudy cold comfortable common cool crazy cruel curly damaged damp dangerous dark dead deep delayed dirty double dry dull early easy
electric elegant enormous exact expensive express extra faint fair famous fancy fast fat fierce final flat foreign formal fragile free fresh friendly
frozen full funny gentle giant golden good grand great green grey happy hard harsh heavy hidden high hollow honest hot huge humble hungry idle ill
important jolly kind large last late lazy light little local locked lonely long loose loud lovely low lucky main major mean metal mighty minor missing
modern narrow neat new nice noisy odd official old open orange orderly outer pale perfect plain plastic pink polite poor popular pretty private proud
public purple quick quiet rainy rare raw red remote rich ripe rough round royal rusty sad safe salty secret shallow sharp shiny short shy silent
silly silver simple slim slow small smart smooth soft solid sour special spicy spotted square steady steep sticky still stormy strange strict
sunny super sweet tall tame tasty tender thick_set tight tiny tired tough triple true ugly unique urgent used vacant vast violet warm weak wealthy wet
white wide wild windy wise wooden wrong yellow young
""")
ADJECTIVES = [word for word in ADJECTIVES if " " not in word]

CHOICES = [pair.split("/") for pair in """small/big fast/slow low/medium/high on/off left/right red/green/blue hot/cold day/night metric/imperial
short/long north/south/east/west new/old soft/loud light/dark in/out open/closed inside/outside full/half single/double fresh/frozen dry/wet
black/white early/late warm/cool hard/soft high/low left/centre/right public/private round/square clockwise/anticlockwise inwards/outwards
heads/tails first/second/third raw/cooked sweet/bitter plain/fancy male/female indoor/outdoor winter/summer spring/summer/autumn/winter
daily/weekly/monthly ascending/descending manual/automatic quick/thorough gentle/rough silent/ringing cash/card bus/tram/bike wool/cotton/silk
wood/metal/glass tall/short wide/narrow north/south east/west sea/land/air gold/silver/bronze bright/dim quiet/normal/noisy eco/normal/turbo""".split()]

FIRST_NAMES = _words("""
Aaron Abigail Adele Agnes Ahmed Aisha Akira Albert Alex Alfred Amanda Amara Amir Andrea Andrew Angela Anita Anton Arthur Astrid Aurora Axel Barbara
Beatrice Benjamin Bernard Bianca Boris Brenda Brian Bridget Camilla Carlos Carmen Caroline Cecilia Chen Chiara Chloe Christian Claudia Clement Colin
Connor Cynthia Dagmar Daniel Daphne Deborah Dennis Diana Diego Dimitri Dominic Donald Doris Dylan Edgar Edith Edward Eileen Elena Eliza Elsa Emily Enzo
Eric Erika Ernest Esther Ethan Eugene Fatima Fiona Florian Frances Frida Gabriel Gareth Gerald Gilbert Giulia Gloria Gordon Gregor Gunnar Gwen Hamid
Hannah Harold Hassan Hector Helen Helga Henrik Herbert Hilda Hiroshi Howard Igor Ingrid Irene Isaac Isabel Ivy Jacob James Jane Janet Jasmine Javier
Jean Jerome Jessica Joan Joel Johanna John Jorge Joseph Josephine Judith Jun Justin Kai Karen Karim Katherine Keith Kenji Kevin Klaus Knut Laila Lars
Laura Lawrence Leah Leila Leonard Lewis Lina Lorenzo Louise Lucas Lucia Ludwig Lydia Magnus Malik Manuel Marcel Margaret Maria Marian Marie Marion Mark
Martin Mary Mateo Matilda Maurice Maximilian Megan Mei Melanie Michael Michelle Miguel Miriam Mohammed Monica Nadia Naomi Natalie Nathan Neil Nigel
Nils Nolan Norman Olga Oliver Olivia Omar Oskar Owen Pamela Patricia Patrick Pauline Pedro Penelope Philip Priya Rachel Rafael Raj Ramona Raymond Rebecca
Regina Richard Robert Roberta Robin Roger Roland Roman Rosemary Rupert Russell Ruth Sabine Salma Samuel Sandra Sebastian Selma Sergio Sharon Sheila Sigrid
Silvia Sofia Sonia Stefan Stella Stephen Steven Sunita Svetlana Sven Tamara Tanja Tatiana Teresa Theodore Thomas Tobias Trevor Ulrich Ursula Valentina
Vanessa Veronica Vincent Viola Viktor Virginia Vivian Wayne Wendy Werner Wilhelm William Xavier Yasmin Yusuf Yvonne Zack Zara
""")
LAST_NAMES = _words("""
Abbott Adler Almeida Anderson Bailey Baker Barnes Bauer Becker Bennett Berg Bianchi Bishop Blake Bowman Brandt Brooks Brown Bryant Burke Butler Campbell
Carter Chang Chapman Clark Cohen Collins Conti Cooper Costa Craig Cruz Dalton Davies Dawson Dietrich Dixon Donovan Doyle Dubois Duncan Eriksen Evans
Farrell Ferrari Fletcher Fontaine Foster Fowler Fraser Freeman Fuchs Garcia Gardner Gibson Gomez Graham Grant Gray Greco Griffin Gruber Haas Hall Hansen
Harper Harris Hartmann Hayes Henderson Hoffman Holm Howell Huber Hughes Hunt Ibrahim Ivanov Jackson Jansen Jensen Johnson Jones Jordan Kaiser Kaplan
Keller Kelly Kennedy Khan Kim Klein Kowalski Kruger Lambert Lang Larsen Lehmann Leroy Lind Lopez Lorenz Maier Marino Marshall Martinez Mason Meyer Miller
Mitchell Moreau Moreno Morgan Morris Murphy Murray Nakamura Nelson Neumann Newman Nguyen Nielsen Novak Olsen Ortiz Palmer Parker Patel Perez Perkins
Petersen Pohl Porter Powell Price Quinn Ramos Reed Reyes Richter Rivera Roberts Romano Rossi Roth Russo Ryan Santos Sato Schmidt Schneider Schulz Scott
Sharma Shaw Silva Simmons Singh Smith Sokolov Spencer Stein Stone Sullivan Suzuki Tanaka Taylor Thompson Torres Tucker Turner Vargas Vogel Wagner Walker
Wallace Walsh Watson Weaver Weber Webster Wells Werner West Williams Winkler Wolf Wong Wood Wright Yamada Young Zhang Ziegler Zimmermann
""")
CITIES = _words("""
Aarhus Aberdeen Accra Adelaide Algiers Alicante Amsterdam Antwerp Athens Atlanta Auckland Austin Baghdad Bangkok Barcelona Basel Beijing Beirut Belfast
Belgrade Bergen Berlin Bern Bilbao Birmingham Bogota Bologna Bombay Bonn Bordeaux Boston Bremen Brisbane Bristol Brno Brussels Bucharest Budapest Cairo
Calgary Cambridge Cardiff Casablanca Chicago Cologne Copenhagen Cordoba Cork Dallas Damascus Delhi Denver Detroit Dresden Dubai Dublin Dundee Durban
Edinburgh Essen Exeter Florence Frankfurt Galway Gdansk Geneva Genoa Ghent Glasgow Gothenburg Granada Graz Hamburg Hanoi Havana Helsinki Hong_Kong Houston
Innsbruck Istanbul Jakarta Jerusalem Kabul Karachi Kiel Kyiv Kyoto Lagos Lausanne Leeds Leipzig Lille Lima Lisbon Liverpool London Los_Angeles Lucerne
Lund Lyon Madrid Malaga Malmo Manchester Manila Marseille Melbourne Memphis Mexico_City Miami Milan Minsk Montreal Moscow Munich Nairobi Nantes Naples New_York
Nice Nottingham Oslo Oxford Palermo Paris Perth Philadelphia Phoenix Pisa Plymouth Porto Prague Quebec Quito Reykjavik Riga Rome Rotterdam Salzburg
San_Diego San_Francisco Santiago Seattle Seoul Seville Shanghai Sheffield Singapore Sofia Stockholm Strasbourg Stuttgart Sydney Taipei Tallinn Tampa
Tokyo Toronto Toulouse Trieste Tunis Turin Utrecht Valencia Vancouver Venice Verona Vienna Vilnius Warsaw Washington Wellington Winnipeg York Zagreb Zurich
""")
COUNTRIES = _words("""
Albania Algeria Angola Argentina Armenia Australia Austria Bangladesh Belgium Bolivia Brazil Bulgaria Cambodia Canada Chad Chile China Colombia
Croatia Cuba Cyprus Denmark Ecuador Egypt Estonia Ethiopia Fiji Finland France Gabon Georgia Germany Ghana Greece Guatemala Haiti Hungary Iceland India
Indonesia Iran Iraq Ireland Israel Italy Jamaica Japan Jordan Kenya Kuwait Laos Latvia Lebanon Libya Lithuania Luxembourg Madagascar Malaysia Mali Malta
Mexico Mongolia Morocco Namibia Nepal New_Zealand Nicaragua Nigeria Oman Pakistan Panama Paraguay Philippines Poland Portugal Qatar Romania Russia
Rwanda Scotland Senegal Serbia Slovakia Slovenia Somalia South_Africa Spain Sudan Sweden Switzerland Syria Taiwan Tanzania Thailand Tunisia Turkey Uganda
Ukraine Uruguay Venezuela Vietnam Wales Yemen Zambia Zimbabwe
""")
LANGUAGES = _words("""
Arabic Bengali Bulgarian Catalan Chinese Czech Danish Dutch English Estonian Finnish French Gaelic German Greek Hebrew Hindi Hungarian Icelandic Irish
Japanese Korean Latin Latvian Malay Norwegian Persian Polish Portuguese Romanian Russian Serbian Slovak Swahili Swedish Tamil Thai Turkish Ukrainian Urdu Welsh
""")
FOODS = _words("""
almonds anchovies apples apricots artichokes asparagus avocado bacon bagels bananas barley beans beef beetroot biscuits blackberries blueberries bread broccoli
brownies burgers butter cabbage cake carrots cashews cauliflower caviar celery cheese cheesecake cherries chestnuts chicken chili chips chocolate chowder cod
coleslaw cookies corn couscous crab crackers cranberries cream crepes croissants cucumber curry custard dates donuts duck dumplings eggs eggplant fajitas
falafel fennel figs fish fondue fudge garlic ginger gnocchi goulash granola grapes gravy guacamole ham hazelnuts herring honey hummus jam jelly kale
kebab ketchup lamb lasagne leeks lemons lentils lettuce lime lobster macaroni mango marmalade meatballs melon milk mint muesli muffins mushrooms mussels
mustard noodles nougat nuts oatmeal olives omelette onions oranges oregano oysters paella pancakes parsley pasta pastries peaches peanuts pears peas pepper
pesto pickles pie pineapple pizza plums popcorn pork porridge potatoes prawns pretzels pudding quiche quinoa raisins raspberries ravioli rhubarb rice risotto
rolls rye sage salad salami salmon salsa sandwiches sardines sauerkraut sausages scampi scones sesame shrimp soup spaghetti spinach squash steak stew
strawberries strudel sugar sushi tacos tart thyme toast tofu tomatoes tortillas trout truffles tuna turkey turnips vanilla veal venison waffles walnuts
yoghurt zucchini
""")
SPORTS = _words("yoga tennis football hockey judo boxing rowing sailing skiing fencing cricket rugby golf polo squash volleyball cycling climbing wrestling karate badminton surfing running dancing swimming pilates basketball handball archery skating")
ROOMS = _words("kitchen bathroom bedroom living_room garage attic cellar hall hallway office nursery study dining_room garden balcony corridor lobby pantry loft terrace porch workshop library playroom laundry stable barn greenhouse shed guest_room")
TOPICS = _words("""
algebra archery astronomy baking ballet banking beekeeping biology birds black_holes boats bridges calligraphy carpentry castles chemistry chess climbing
clouds cooking cycling democracy dinosaurs dreams elections electricity engines farming fashion fever fishing football fossils gardening geology ghosts
glaciers headache history hockey horses inflation insects islands jazz journalism knitting lasers lighthouses logic magnetism medicine meditation
migration music mushrooms nutrition oceans opera origami painting parrots physics pirates planets poetry politics pottery railways rain recycling robots
sailing sewing sharks sleep snow solar_power spiders sports statistics steam sugar swimming taxes tea toothache tourism trade trees typography umbrellas vaccines
volcanoes wages weddings whales winter wool yoga
""")
DOMAIN_ENDS = "com org net de io fr uk dev eu app info co".split()
SERIES = "Ltd Inc GmbH Group Labs Works Systems Bank Foods Motors Partners Brothers Sons Media Energy Air Logistics Tools Books".split()
ROAD_ENDS = "Street Road Lane Avenue Square Way Hill Alley Close Drive".split()
MONTHS = "January February March April May June July August September October November December".split()
PLACE_ENDS = "Tower Palace Museum Park Cathedral Bridge Castle Market Station Garden Hall Gate Beach Lake Mountain Island Theatre Library Zoo Stadium".split()
