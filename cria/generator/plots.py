"""What can happen in a story. A plot is a list of beats; each beat is a template.

Slots: {n}/{N} the hero ("Lumi", "the llama"), {the}/{The} the hero by kind, {he} {him} {his} and capitals,
{a_friend}/{the_friend}/{The_friend} the second character, {thing} an object, {place} with its preposition.
"""

PLOTS = [
    # A lost thing is found.
    [
        "{N} had a {thing} and took it everywhere.",
        "One [morning|day|windy day], the {thing} was gone. {N} looked [under the bed|behind the door|in every corner], but it was not there.",
        "{He} felt very sad and [sat down on a stone|began to cry|did not want to eat].",
        "Then {a_friend} came along. [\"What is wrong?\" asked {the_friend}.|\"Why are you so sad?\" asked {the_friend}.]",
        "\"I lost my {thing},\" said {n}. \"[Let us look together|I will help you|Two can search better than one],\" said {the_friend}.",
        "They searched [all afternoon|until the sun was low|high and low], and at last they saw it [in a bush|in the tall grass|up in a tree].",
        "{N} was so happy that {he} [hugged {the_friend}|danced in a circle|laughed out loud].",
        "[From that day on, they were best friends.|After that, they did everything together.]",
    ],
    # Afraid of the dark.
    [
        "{N} was afraid of the dark.",
        "Every evening, when the sun went down, {he} [hid under a blanket|closed {his} eyes tight|shook like a leaf].",
        "One night {he} heard a small voice outside. It was {a_friend} who [could not find the way home|was lost and cold].",
        "{N} was scared, but {he} [took a lantern and went out|opened the door and stepped into the night].",
        "[Above them shone a thousand stars.|The moon was big and bright.] \"[How beautiful the night is|The dark is not so bad],\" said {n}.",
        "Together they walked until {the_friend} was safe at home.",
        "Since then, {n} has not been afraid of the dark. [When night comes, {he} looks up and counts the stars.|{He} even says good night to the moon.]",
    ],
    # A dream of flying.
    [
        "{N} had one big wish: {he} wanted to fly.",
        "[Every day {he} watched the birds in the sky.|{He} jumped from a rock, but {he} only fell into the grass.|{He} tried and tried, but {he} always came down again.]",
        "[Everybody laughed.|The others smiled at {him}.] Only {a_friend} did not laugh.",
        "\"I have an idea,\" said {the_friend}. They [worked for three days|worked all week] and built a [big kite|basket with a balloon|pair of paper wings].",
        "On the fourth day, a strong wind came. Up, up, up went {n}, [high over the trees|over the hills and the river].",
        "[\"I can see the whole world!\" {he} called.|\"I am flying!\" {he} shouted.]",
        "When {he} landed, everybody cheered. [\"Nothing is too hard with a good friend,\" said {n}.|And {n} said, \"Thank you, my friend. I could not do it alone.\"]",
    ],
    # A storm and a shelter.
    [
        "One [autumn|grey] day, dark clouds came. [The wind blew hard and the rain fell.|There was thunder and heavy rain.]",
        "{N} ran home and shut the door. [It was warm and dry inside.|Inside, the fire was warm.]",
        "Then {he} heard a knock. [Knock, knock, knock.|Who could it be?] Outside stood {a_friend}, wet and cold.",
        "\"[May I come in?|Please let me in.]\" asked {the_friend}. The house was very small, but {n} said, \"[There is always room for one more|Come in, we will make room].\"",
        "They [drank hot tea|ate warm soup] and told stories [until the storm was over|all night long].",
        "In the morning the sun was shining, and [a rainbow stood in the sky|the whole world smelled fresh].",
        "\"[Thank you|You are very kind],\" said {the_friend}. [\"Now I have a friend,\" said {n}, \"and that is better than a big house.\"|Since that night, they visit each other every week.]",
    ],
    # Sharing food.
    [
        "One day {n} found a basket full of {food}. \"[All for me|What luck],\" {he} thought.",
        "{He} [carried it home|hid it behind a tree] and wanted to eat it alone.",
        "But then {a_friend} came by. {The_friend} [looked thin and tired|had not eaten for two days].",
        "{N} looked at the {food}, and then {he} looked at {the_friend}. [It was not easy.|{He} thought for a long time.]",
        "\"[Come and eat with me|Let us share],\" {he} said at last.",
        "They sat down [under a tree|in the sun] and ate until the basket was empty.",
        "[\"It tastes much better with a friend,\" said {n}.|It was the best meal of {his} life.] [And the next day, {the_friend} brought {food2} for both of them.|The next week, {the_friend} came back with {food2}, and they shared again.]",
    ],
    # Lost and finding the way home.
    [
        "One [sunny|cold|quiet] morning, {n} went for a walk. {He} followed [a butterfly|a small path|the sound of music] and did not look back.",
        "After a while {he} stopped. [Everything looked strange.|{He} did not know this place at all.] \"Oh no, I am lost,\" said {n}.",
        "{He} [called for help, but nobody answered|walked left and right, but found no path].",
        "Then {he} met {a_friend}. \"[Do not worry|Do not be afraid],\" said {the_friend}. \"[We will follow the river|The stars will show us the way|I know these paths well].\"",
        "They walked [over a hill and through tall grass|for a long time], and {the_friend} [sang a song|told funny stories] so that {n} was not afraid.",
        "At last {n} saw [a light in a window|the smoke of {his} home]. [\"Home!\" {he} shouted.|{He} was home again.]",
        "{He} gave {the_friend} [a warm blanket|a big hug|a bowl of soup], and [they stayed friends for ever|they promised to meet again soon].",
    ],
    # Too small to help, and yet.
    [
        "Everybody said that {n} could not [help with the work|do anything great]. \"[You are not strong enough|You just get in the way],\" they said.",
        "That made {n} sad, but {he} did not give up.",
        "One day {a_friend} [fell into a deep hole|got stuck between two rocks]. [Everybody pulled, but nothing helped.|Nobody knew what to do.]",
        "{N} [looked carefully and had an idea|thought hard]. {He} [found a long rope and tied it to a tree|dug a little path from the side].",
        "[Slowly, slowly|Step by step], {the_friend} came out. [Everybody cheered.|\"You saved me!\" said {the_friend}.]",
        "Since that day, nobody has laughed at {n}. [A good idea can be stronger than big muscles.|They all know that a clever head is worth more than strong arms.]",
    ],
    # Planting a seed.
    [
        "In spring, {n} found a strange seed. [It was as blue as the sky.|It was no bigger than a crumb.]",
        "{He} put it into the ground and gave it water every day. [But nothing happened.|One week passed, then two. Nothing grew.]",
        "\"[Maybe it is just a stone|It will never grow],\" said {the_friend0}. {The_friend0} was {his} neighbour.",
        "\"[I can wait|Good things need time],\" said {n}, and {he} [sang to the seed|told the seed a story] each evening.",
        "Then, one morning, [there was a tiny green leaf|a little green tip came out of the ground]. It grew and grew, and in summer it was a [tall tree|giant flower] full of [sweet fruit|golden blossoms].",
        "{N} shared it with everybody. [\"You were right to wait,\" said {the_friend0}.|\"Now I see it too,\" said {the_friend0}. \"Patience is a kind of magic.\"]",
    ],
    # A song.
    [
        "{N} loved to sing, but {he} was so shy that {he} only sang when nobody was near.",
        "One [evening|afternoon], {a_friend} heard the song [through the window|from behind a tree] and stood still. \"[What a lovely song|How beautiful],\" whispered {the_friend}.",
        "\"[Will you sing at the summer feast?|Please sing for all of us tonight.]\" asked {the_friend}. {N} turned red and shook {his} head. \"[I am too afraid|I cannot do it],\" {he} said.",
        "\"[Look only at me|I will stand next to you],\" said {the_friend}, \"[then you will not be afraid|and we will do it together].\"",
        "So that night {n} stepped forward. [{His} voice was very quiet at first, but soon it was strong and clear.|First {he} sang softly, then louder and louder.]",
        "When the song was over, everybody clapped. [{N} smiled from ear to ear.|{N} was proud and happy.] [Now {he} sings every evening, and the whole neighbourhood listens.|Since then {he} has never been too shy to sing.]",
    ],
    # A race.
    [
        "One day there was a big race {place0}. [The winner would get a golden cup.|The prize was a huge cake.]",
        "{N} wanted to win. {He} had trained [every morning|for many weeks].",
        "\"Ready, steady, go!\" {N} ran [as fast as {he} could|like the wind] and was soon far in front.",
        "But then {he} heard a cry. {A_friend} had fallen and could not get up.",
        "{N} [looked at the finish line|could see the finish already]. Then {he} [turned around|stopped] and [went back to help|helped {the_friend} to stand up].",
        "They came in last, side by side. [But everybody clapped for them.|Nobody laughed.]",
        "[\"You did not win the race,\" said {the_friend}, \"but you won a friend.\"|\"The cup goes to the kindest heart,\" said the judge, and gave it to {n}.]",
    ],
    # A grumpy neighbour.
    [
        "Next door lived {a_friend} who was always in a bad mood. [\"Go away!\" was all {the_friend} ever said.|Nobody dared to say hello.]",
        "{N} [was a bit afraid|wondered why]. One morning {he} took [a jar of honey|a bunch of flowers|a warm cake] and knocked at the door.",
        "\"What do you want?\" asked {the_friend}. \"[Only to say good morning|I brought you something],\" said {n}.",
        "For a moment it was very quiet. Then {the_friend} [began to smile|had tears in the eyes]. \"[Nobody has ever brought me anything|I thought that nobody liked me].\"",
        "They sat down together and [talked|laughed] [until evening|for hours].",
        "[After that, the bad mood was gone for good.|From then on, the two had breakfast together every Sunday.] [A little kindness can open any door.|Sometimes all it takes is a friendly word.]",
    ],
    # First snow.
    [
        "One morning {n} woke up and everything was white. [{He} had never seen snow before.|It was the first snow of the year.]",
        "\"[What is this?|Who painted the world?]\" {he} asked. {The_friend0} laughed. {The_friend0} had come to play.",
        "They [built a snowman with a carrot nose|threw snowballs and slid down the hill] until [their feet were cold|their noses were red].",
        "Then {n} saw [a little bird|a tiny mouse] sitting in the snow. [It was hungry and cold.|It shivered.]",
        "\"We must help,\" said {n}. They made a [small house of sticks|warm nest of hay] and brought [crumbs|seeds] to eat.",
        "All winter long, {n} and {the_friend0} fed their small guest. [And when spring came, it sang the most beautiful song for them.|And in spring it flew around them three times to say thank you.]",
    ],
    # A broken thing is repaired.
    [
        "The best thing that {n} owned was a {thing}. It had been a present from {his} grandmother.",
        "One day {the_friend0} came to visit. {The_friend0} wanted to hold the {thing}, but oh, it fell down and broke.",
        "{N} was [angry|very upset]. \"[Look what you have done!|Go home!]\" {he} said, and {the_friend0} went away [with a heavy heart|in tears].",
        "But in the evening {n} felt lonely. [\"A friend is worth more than a {thing},\" {he} thought.|What good was a {thing} without a friend?]",
        "{He} ran to {the_friend0} and said, \"I am sorry.\" \"I am sorry too,\" said {the_friend0}.",
        "Together they repaired it with [glue and a ribbon|wire and patience]. [It had a small crack now, but {n} liked it even more than before.|It looked a little different, but to {n} it was more beautiful than ever.]",
    ],
    # A treasure map.
    [
        "One rainy day {n} found an old map [in a bottle|under the floor|in a book]. A red cross was painted on it.",
        "\"A treasure!\" {he} called and ran to tell {a_friend}. [They packed bread and a lantern and set off.|They set off at once.]",
        "They crossed [a river|a dark wood] and climbed [a steep hill|over big rocks]. {N} was tired, but {the_friend} said, \"[Just a little further|We are nearly there].\"",
        "At the red cross they dug and dug. [Clonk!|Then they hit something hard.] It was an old box.",
        "But there was no gold inside. There was only a letter: \"[The real treasure is the friend who came with you.|Look beside you. There stands your treasure.]\"",
        "{N} and {the_friend} looked at each other and laughed. [They kept the letter for ever.|\"That is true,\" said {n}, and they walked home arm in arm.]",
    ],
    # Cannot sleep.
    [
        "One night {n} could not sleep. {He} [turned left and right|counted to one hundred], but {his} eyes stayed open.",
        "So {he} went outside. There {he} met {a_friend}, who could not sleep either.",
        "\"[What shall we do?|Shall we play?]\" asked {n}. \"[Let us listen to the night|Let us lie in the grass and look up],\" said {the_friend}.",
        "They heard [the wind in the trees|the frogs at the pond] and saw [a shooting star|the moon behind a cloud]. {N} made a wish.",
        "[Soon {the_friend} yawned. Then {n} yawned too.|It was so peaceful that they both began to yawn.]",
        "[When the sun came up, they were both fast asleep, side by side.|\"Good night,\" whispered {n}, and a moment later both were asleep.]",
    ],
    # Moving to a new place.
    [
        "{N} was new {place0} and did not know anybody. [The others played together, but {he} stood alone.|Every day {he} sat alone and watched the others.]",
        "\"[Nobody likes me here|I want to go back],\" {he} thought.",
        "One day a ball rolled right to {his} feet. {A_friend} came running. \"[Will you play with us?|We need one more player!]\"",
        "{N} was so surprised that {he} [could not say a word|only nodded].",
        "They played [until it was dark|the whole afternoon], and {n} [laughed more than ever before|scored the last goal].",
        "\"[See you tomorrow!|Come again tomorrow!]\" called {the_friend}. [That night {n} fell asleep with a smile. Now this was home.|And from then on, {n} was never alone again.]",
    ],
    # A bridge.
    [
        "A wild river ran through the land. On one side lived {n}, on the other side lived {a_friend}. [They waved to each other every day, but they could never meet.|They could only shout across the water.]",
        "\"I will build a bridge,\" said {n}. [\"That is impossible,\" said the others.|The others shook their heads.]",
        "{N} carried [stones|wood] every day. On the other side, {the_friend} began to work as well. [It took all summer.|Days became weeks.]",
        "[Once a flood washed everything away, but they started again.|Often they were tired, but they did not stop.]",
        "In autumn, the last [stone|board] was in its place. {N} and {the_friend} met in the middle and [hugged|shook hands].",
        "[Since then, everybody has used the bridge.|Now all the neighbours use it.] [They call it the Bridge of Friends.|And in the middle there is a bench with two names on it.]",
    ],
    # Telling the truth.
    [
        "One day {n} played inside, although it was not allowed. Crash! The big vase of {a_friend} lay on the floor in pieces.",
        "{N} was scared. {He} [hid the pieces under the carpet|ran away and said nothing].",
        "In the evening {the_friend} asked, \"[Who broke my vase?|Do you know what happened to my vase?]\" \"[I do not know|It was the wind],\" said {n}, but {his} heart felt as heavy as a stone.",
        "That night {he} could not eat and could not sleep. At last {he} went to {the_friend} and said, \"It was me. I am so sorry.\"",
        "{The_friend} was quiet for a moment. \"[Thank you for telling me the truth|That was brave],\" said {the_friend}. \"A vase can be replaced, but trust cannot.\"",
        "[Together they made a new vase out of clay.|{N} felt as light as a feather.] [It was a little crooked, but they both loved it.|After that {he} always told the truth.]",
    ],
    # A surprise birthday.
    [
        "It was the birthday of {n}, but nobody said a word about it. [No song, no cake, no present.|Everybody just walked past.]",
        "{N} was sad. {He} went to see {a_friend}, but {the_friend} only said, \"[I have no time today|Come back tonight].\"",
        "So {n} walked [through the fields|up and down the road] all alone. \"[Everybody has forgotten me|Nobody thinks of me],\" {he} said.",
        "When it got dark, {he} went home. [The windows were black.|Everything was quiet.] {He} opened the door, and suddenly there was light everywhere. \"Surprise!\"",
        "They were all there, with [candles|balloons], music and a giant cake. In front stood {the_friend} with a {thing} as a present.",
        "{N} laughed and cried at the same time. [It was the best birthday of all.|\"I will never forget this day,\" {he} said.]",
    ],
    # Rescue from a tree or the water.
    [
        "One warm day {n} was resting by the water when {he} heard a cry. \"Help! Help!\" {A_friend} had fallen into the river.",
        "The water was [fast|deep], and {n} could not swim. [What now?|There was no time to lose.]",
        "{He} saw [a long branch|an old rope] on the ground, [grabbed it and ran|took it and ran along the bank]. \"Hold on to this!\" {he} shouted.",
        "{He} pulled with all {his} strength. [Once {he} nearly slipped.|It was very hard.] But at last {the_friend} was [safe on dry land|out of the water].",
        "\"You saved my life,\" said {the_friend}. \"[How can I thank you?|I will never forget it.]\" \"[Teach me to swim|Just be my friend],\" said {n}, and they both laughed.",
        "[All summer long they met by the river.|Since that day, you never see one without the other.]",
    ],
    # A magic wish.
    [
        "One day {n} found a {thing} in the grass. {He} picked it up, and it began to glow. \"You have one wish,\" said a soft voice.",
        "{N} thought hard. [Should {he} wish for gold?|{He} could ask for gold.] [Should {he} wish for a castle?|{He} could ask for a castle.]",
        "Then {he} saw {a_friend}. {The_friend} [had hurt a leg|was ill] and looked very sad.",
        "\"I wish that {the_friend} gets well again,\" said {n}. There was a flash of light, and {the_friend} [jumped up|began to dance].",
        "\"You gave your only wish to me?\" asked {the_friend}. \"[Of course|It was the best wish I had],\" said {n}.",
        "The {thing} never glowed again. [But {n} did not need another wish, for now {he} had a true friend.|But whenever {n} looked at it, {he} felt warm inside.]",
    ],
    # Learning something hard.
    [
        "{N} wanted to learn to [swim|skate|dance|juggle], but it was hard. [{He} fell again and again.|Nothing went right.]",
        "\"I will never learn it,\" {he} said and [threw {his} things away|stamped {his} foot].",
        "{A_friend} had watched {him}. \"[Do you know how often I fell?|When I began, I was worse than you],\" said {the_friend}. \"[A hundred times|More often than I can count]. Try it once more.\"",
        "So {n} tried once more. And once more the next day. [Every day it went a little better.|Bit by bit, {he} got better.]",
        "After [a month|some weeks], {he} [did it without a mistake|could do it with closed eyes]. {The_friend} clapped.",
        "\"[Now I know the secret|The secret is simple],\" said {n}. \"[You must get up one more time than you fall.|You just must not stop trying.]\"",
    ],
]

PLOTS_WITH_THING = [plot for plot in PLOTS if any("{thing}" in beat for beat in plot)]
