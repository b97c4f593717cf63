"""Helps with Corral itself: commands, chat, Modelfiles, settings and the API.

Each topic is (question templates, answer templates). ``{m}`` and ``{m2}`` are model names the answer repeats.
"""

from .. import words
from ..conversation import assistant, user
from ..grammar import expand
from ..noise import chatter, roughen

HOW = "[How do I|How can I|How do you|How to|How would I|How should I|Tell me how to|What is the command to|Which command [lets me|is there to|do I use to]|I want to|I need to|Show me how to|Can I|Is there a way to|What do I type to|Explain how to|What should I do to|how does one]"
MODEL = "[a|the|my] [model|language model|LLM]"
A_MODEL = "[a|a new|another|the|some|any] [model|language model|LLM]"

TOPICS = [
    # What Corral is, and first steps.
    (["[What is|What's|Explain|Describe|Tell me about|What exactly is|Tell me something about] [Corral|this program|this tool|the program corral]?", "What [does Corral do|is Corral for|is Corral good for|can Corral do|can I do with Corral]?",
      "[Why|For what] [should|would] I use Corral?", "corral?", "What is this program[ for| about|]?"],
     ["Corral runs language models on your own machine. It has the same commands and the same API as Ollama."]),
    (["[Is Corral|Is this] [like|the same as|compatible with|different from|a replacement for|related to] Ollama?", "[What is|What's] the difference between Corral and Ollama?", "[Does|Will] [Corral|this|it] work with [my|] [Ollama programs|Ollama clients|programs made for Ollama|Ollama models]?",
      "[Can I|May I] use [Corral instead of Ollama|my Ollama models with Corral|my old Ollama models]?", "How [does Corral compare to|is Corral different from] Ollama?", "[What is|What about] Ollama?", "[Can|Does|Will] Corral replace Ollama?"],
     ["Corral is a drop-in replacement for Ollama: same commands, same API, same model store. Programs made for Ollama work with it."]),
    ([HOW + " [start|get started|begin|begin with Corral|start with Corral|use Corral|get going|make my first steps|use this]?", "[I am new here|I am a beginner|I just installed Corral|I am new to Corral|First time here|This is my first time][, what now?|. What now?|, what do I do?|. What should I do first?|, help me]",
      "[What is the first step|Where do I start|Where do I begin|What do I do first|What should I do first|How does it work]?", "[Give me|Show me] a [quick|short|] [start|introduction|tutorial|guide]."],
     ["Start the server with `corral serve`. Then, in another terminal, run `corral run gemma3`: it downloads the model and opens a chat."]),
    ([HOW + " [see|get|show|list|find|open|read] [help|the help|the help text|all commands|the commands|help for a command|a list of commands]?", "[What|Which] commands [are there|does Corral have|exist|can I use|do you know|does corral offer]?", "[Where is|Where do I find] [the help|help|the manual|the documentation]?",
      "[List|Show] [all|the] commands[ of Corral|].", "[What options|Which flags|Which options] does [a command|corral run] have?"],
     ["`corral help` lists all commands, and `corral help run` explains one of them. In the chat, type /?."]),
    ([HOW + " [see|check|find out|show|get|print] [the version|which version I have|my version|the version of Corral|the version number]?", "[Which|What] version [of Corral|] [is this|do I have|am I running|is installed]?", "corral version"],
     ["`corral -v` prints the version."]),
    # Running and chatting.
    ([HOW + f" [run|start|use|open|talk to|chat with|try] {A_MODEL}?", HOW + " [run|start|use|chat with|talk to|try|launch] {m}?", "[run|start] {m}", "[What does|What is|Explain] [corral run|`corral run`|the run command|run] [do|for|]?", HOW + " start a chat?"],
     ["`corral run {m}` starts a chat with {m}. If the model is missing, it is downloaded first."]),
    ([HOW + " [ask|send|give] [a single question|one question|just one prompt|a question from the shell|a prompt on the command line|one prompt] [without a chat|without opening a chat|from the command line|in a script|]?", HOW + " [use Corral|run a prompt] in a [script|shell script|pipe]?",
      "[Can I|How do I] pipe [text|a file] into [a model|Corral|corral run]?", "[Can I|How do I] [pass|give] [the|a] prompt [as an argument|on the command line]?"],
     ["Put the prompt behind the model: `corral run {m} \"Why is the sky blue?\"`. You can also pipe text into it: `cat notes.txt | corral run {m} summarise`."]),
    ([HOW + " [leave|exit|quit|end|close|stop|get out of|escape|finish] [the|this|a] [chat|conversation|session|prompt|program]?", HOW + " [exit|quit|leave|get out|stop chatting|stop talking]?", "[exit|quit|How do I get out of here|let me out|leave|I want out|how to quit]", "[What does|What is] /bye [do|for|]?", "[Which key|What key|What] [leaves|ends|closes] the chat?"],
     ["Type /bye, or press Ctrl+D."]),
    ([HOW + " [stop|cancel|interrupt|abort|break off|end] [an answer|the answer|a long answer|the reply|the output|text that is running|a response]?", "[The answer is too long|It does not stop writing|The model keeps writing|The model does not stop], [how do I stop it|what can I do|how do I interrupt it]?"],
     ["Press Ctrl+C to stop an answer. The chat goes on after that."]),
    ([HOW + " [write|enter|type|send|paste|use] [several lines|more than one line|multiple lines|a text with several lines|multi-line text|a long text|a line break|multiline input]?", "[How does|Is there] multi-line input[ work|]?", "[What does|What do|What are] [three quotes|triple quotes|the three quotation marks] [do|mean|for]?"],
     ["Begin with three quotation marks \"\"\", write your lines, and end with \"\"\" again."]),
    ([HOW + " [clear|forget|reset|empty|erase|delete] [the chat|the conversation|the history|the context|what I said|everything I said]?", HOW + " start [over|again|a new chat|from the beginning|a fresh conversation]?", "[What does|What is] /clear [do|for|]?", "[forget everything|clear the chat|new chat]"],
     ["Type /clear. The model then forgets the conversation."]),
    (["[Which|What] [commands|slash commands] [are there|can I use|work|exist] [in the chat|inside the chat|in a chat|while chatting]?", "[List|Show|What are] the [slash|chat] commands[.|?]", "[What|Which] [can I type|commands start] [in the chat|with a slash]?", "[What does|What is] /? [do|for|]?", "What is /set[ for|]?"],
     ["In the chat you can type /set, /show, /load, /save, /clear, /bye, and /? for help."]),
    ([HOW + " [save|keep|store] [a chat|the chat|this chat|my chat|a conversation|the conversation|this session|my session]?", "[What does|What is] /save [do|for|]?", "[Can I|How do I] [keep|continue] [this|a] conversation [for later|later|tomorrow]?"],
     ["Type /save and a name, for example /save {m2}. It makes a new model that holds your chat; /load {m2} brings it back."]),
    ([HOW + " [switch|change|swap|load] [the model|to another model|models|another model|a different model] [in the chat|inside the chat|while chatting|during a chat]?", "[What does|What is] /load [do|for|]?"],
     ["Type /load and the model, for example /load {m}."]),
    ([HOW + " [measure|see|show|check|find out] [the speed|how fast it is|how fast the model is|tokens per second|the tokens per second|timings|the timing|how many tokens per second I get]?", "[What does|What is] [--verbose|the verbose flag|/set verbose] [do|for|]?", "How fast is [my model|the model|this model|it]?", "[Where|How] do I see [tokens per second|the speed]?"],
     ["`corral run {m} --verbose` shows timings and tokens per second after each answer. In the chat, type /set verbose."]),
    ([HOW + " [get|make the model answer in|receive|force|have] JSON[ output| answers|]?", HOW + " [get|receive] [structured output|answers as JSON|the answer as JSON]?", "[What does|What is] [--format|the format flag|--format json] [do|for|]?", "JSON mode"],
     ["Use `corral run {m} --format json`. In the API, set \"format\" to \"json\" or to a JSON schema."]),
    # Getting and keeping models.
    ([HOW + f" [download|pull|get|install|fetch|obtain|add] {A_MODEL}?", HOW + " [download|pull|get|install|fetch|obtain|add] {m}?", HOW + " [get|download|install] [more|new|other|bigger|better] models?", "[Where|From where] do I [get|download|find] [models|more models|a model]?", "[What does|What is|Explain] [corral pull|`corral pull`|the pull command|pull] [do|for|]?",
      "[download|install|get|pull] {m}"],
     ["`corral pull {m}` downloads the model."]),
    ([HOW + " [update|upgrade|refresh|renew] [a model|my model|my models|a model that I have|the model|{m}]?", "[How do I|Can I] get the [newest|latest] version of [a model|{m}|my model]?", "[Is|How do I know if] my model [up to date|is up to date]?", "Are models updated automatically?"],
     ["Pull it again: `corral pull {m}`. Only what has changed is downloaded."]),
    (["[My download|The download|A download|The pull|My pull] [stopped|broke|was interrupted|failed|was cut off][, what now?|. What now?|, do I have to start again?|, how do I continue?|]", "[Can I|How do I] [resume|continue] [a|the|my] [download|pull]?", "What happens if [a|the|my] [download|pull] [stops|breaks|is interrupted|fails]?"],
     ["Just run `corral pull {m}` again. It goes on where it stopped."]),
    ([HOW + " [list|see|show|find out|view|check] [my|all my|the|all|the downloaded|the installed|all downloaded|which] [models|language models|local models]?", "[What|Which] models [do I have|are installed|are downloaded|are there|are on my machine|are available|did I download|have I got]?", "[list|show] [models|my models|all models]", "[What does|What is|Explain] [corral list|`corral list`|the list command|corral ls] [do|for|show|]?",
      "[Where can I see|How do I know] [what|which models] I have downloaded?"],
     ["`corral list` shows the models you have, with their size."]),
    ([HOW + " [see|list|show|check|find out] [running models|which models are running|loaded models|which model is loaded|what is running|what is in memory|which models are in memory|the models that are running|active models]?", "[Which|What] models are [running|loaded|in memory|active|running now|loaded right now]?", "[What does|What is|Explain] [corral ps|`corral ps`|the ps command|ps] [do|for|show|]?", "Is [a|my|the] model [running|loaded|still loaded|in memory]?",
      "Does [my model|the model|it] [run|sit] on the GPU or [on|] the CPU?"],
     ["`corral ps` shows the models in memory, whether they use CPU or GPU, and until when they stay."]),
    ([HOW + f" [stop|unload|free|halt|kill] {MODEL}[ from memory|]?", HOW + " [stop|unload|halt|kill] {m}?", HOW + " [free|get back|release] [memory|RAM|the memory|my RAM|GPU memory]?", "[What does|What is|Explain] [corral stop|`corral stop`|the stop command|stop] [do|for|]?", "[The model|A model] [uses|eats|takes] [too much|all my] memory[.|, what can I do?]"],
     ["`corral stop {m}` unloads the model from memory."]),
    ([HOW + " [see|show|get|view|find|read] [details|information|infos|the details|more] [about|of|on] [a model|my model|the model|{m}]?", "[What|Which] [context length|parameters|licence|license|size|quantization] does [{m}|a model|my model] have?", "[What does|What is|Explain] [corral show|`corral show`|the show command|show] [do|for|]?", HOW + " [see|read|show|view|find] [the Modelfile|the system message|the license|the template|the parameters] of [a model|{m}]?",
      "[Tell me more|How do I learn more] about [a model|{m}]."],
     ["`corral show {m}` prints its architecture, size, context length and more. Add --modelfile, --template, --system or --license for one part."]),
    ([HOW + f" [delete|remove|erase|uninstall|throw away|get rid of] {MODEL}?", HOW + " [delete|remove|erase|uninstall|drop|get rid of] {m}?", HOW + " [free|save|get back|clean up] [disk space|space on my disk|my disk|the disk]?", "[What does|What is|Explain] [corral rm|`corral rm`|the rm command|rm] [do|for|]?", "[delete|remove|uninstall] {m}", "My disk is full[.|, what can I do?|, help]"],
     ["`corral rm {m}` deletes the model and frees its disk space."]),
    ([HOW + f" [copy|duplicate|clone|rename] {MODEL}?", HOW + " [copy|duplicate|clone|rename] {m}[ to {m2}|]?", "[What does|What is|Explain] [corral cp|`corral cp`|the cp command|cp] [do|for|]?", HOW + " give [a model|my model|{m}] [another|a new|a different|a second] name?"],
     ["`corral cp {m} {m2}` makes a copy under a new name. To rename, delete the old name with `corral rm {m}`."]),
    ([HOW + " [push|upload|publish|share] [a model|my model|{m}|my own model|my models]?", "[What does|What is|Explain] [corral push|`corral push`|the push command|push] [do|for|]?", "[Can I|How do I] share [a model|my model] with [others|other people|my friends]?"],
     ["Name it after your account, such as yourname/{m}, sign in with `corral signin`, and run `corral push yourname/{m}`."]),
    (["[Where|In which folder|In what directory|In which directory] [are|does Corral keep|does Corral store|does Corral put|do you keep|do you store] [models|the models|my models|downloaded models|the model files]?", "[Where|In which folder] are [models|the models|my models|downloaded models|the files] [stored|kept|saved|on disk|located|to be found]?", "[What is|Where is] the [model folder|models folder|model directory|models directory|model store]?",
      HOW + " find the [model files|models on disk]?"],
     ["Models are stored in ~/.ollama/models. The variable OLLAMA_MODELS chooses another folder."]),
    ([HOW + " [change|move|set|choose|move my models to] [the model folder|where models are stored|the models directory|the place of the models|another disk|another folder|the folder for models|another drive]?", "[What does|What is|Explain] OLLAMA_MODELS[ do| for|]?", "[Can I|How do I] [store|keep|put|save] [models|my models] [on another disk|somewhere else|in another folder|on an external drive|on a different drive]?"],
     ["Set OLLAMA_MODELS to the folder before you start the server: `OLLAMA_MODELS=/data/models corral serve`."]),
    # Own models.
    ([HOW + " [create|make|build] [a model|my own model|a custom model|my model|a new model|an own model|a model from a Modelfile|my own assistant]?", "[What does|What is|Explain] [corral create|`corral create`|the create command|create] [do|for|]?", HOW + " [customise|customize|adapt|change|modify|personalise] [a model|{m}|my model]?"],
     ["Write a Modelfile with FROM and, say, SYSTEM, then run `corral create {m2} -f Modelfile` and `corral run {m2}`."]),
    (["[What is|What's|Explain|Tell me about|What exactly is|What means] [a Modelfile|the Modelfile|Modelfile|Modelfiles]?", "[How does|How do I write|What goes into|What is in|What belongs into] a Modelfile[ look| look like|]?", "[Show me|Give me] [an example of|] a[n example|] Modelfile.", "[Which|What] [instructions|keywords|lines|commands] [are there in|can I use in|does] a Modelfile[ have| know|]?", "[Help me|I want to] write a Modelfile"],
     ["A Modelfile describes a model. FROM names the base, SYSTEM sets the system message, PARAMETER sets options, TEMPLATE the prompt format. Example:\nFROM {m}\nPARAMETER temperature 0.7\nSYSTEM You are a pirate."]),
    (["[What does|What is|Explain|What means] [FROM|the FROM line|the FROM instruction|FROM in a Modelfile|the from line] [do|mean|for|in a Modelfile|]?", HOW + " [choose|set|name|state] the base model[ in a Modelfile|]?"],
     ["FROM is the first line of a Modelfile. It names the base: a model such as `FROM {m}` or a file such as `FROM ./model.gguf`."]),
    (["[What does|What is|Explain|What means] [PARAMETER|the PARAMETER line|the PARAMETER instruction|PARAMETER in a Modelfile] [do|mean|for|]?", HOW + " [set|change|add] [parameters|options|a parameter|an option] in [a|the|my] Modelfile?"],
     ["PARAMETER sets an option in a Modelfile, for example `PARAMETER temperature 0.7` or `PARAMETER num_ctx 8192`."]),
    ([HOW + " [set|change|give|write|use|add|define] [a system prompt|a system message|the system prompt|the system message|a role|a personality|a character]?", "[What does|What is|Explain|What means] [SYSTEM|the SYSTEM line|the SYSTEM instruction|SYSTEM in a Modelfile|a system prompt|a system message|the system prompt] [do|mean|for|in a Modelfile|]?",
      HOW + " [make|let] the model [talk like a pirate|answer like a teacher|always answer briefly|behave differently|play a role]?", "[What does|What is] /set system [do|for|]?"],
     ["In the chat, type /set system You are a pirate. In a Modelfile, write a SYSTEM line. It tells the model how to behave."]),
    (["[What does|What is|Explain|What means] [TEMPLATE|the TEMPLATE line|the TEMPLATE instruction|TEMPLATE in a Modelfile|the prompt template|the chat template|a template] [do|mean|for|]?", HOW + " [set|change|write] [the|a] [prompt template|chat template|template]?"],
     ["TEMPLATE in a Modelfile is the format of the prompt: how system, user and assistant turns are written. Most models bring their own."]),
    ([HOW + " [import|use|load|run|add] [a GGUF file|a GGUF|GGUF files|a .gguf file|my own GGUF|a model file|a model from Hugging Face|a downloaded GGUF file]?", "[Can Corral|Does Corral] [read|run|open|load|import] [GGUF|GGUF files|.gguf files|GGUF models]?", "[What is|What's] [GGUF|a GGUF file|the GGUF format]?", "I have a gguf file[, how do I use it?|, what now?|. What now?]"],
     ["GGUF is the file format of the models. Write `FROM ./model.gguf` into a Modelfile, then run `corral create {m2} -f Modelfile`."]),
    ([HOW + " [quantize|quantise|compress|shrink|make smaller] [a model|my model|the model|{m}]?", "[What is|What's|What does|Explain] [quantization|quantisation|quantizing|q4_K_M|Q4|--quantize] [do|mean|for|]?", HOW + " make [a model|my model|{m}] smaller?"],
     ["Quantization stores the weights with fewer bits, so a model needs less memory. `corral create {m2} -f Modelfile --quantize q4_K_M` does it."]),
    # Options.
    ([HOW + " [change|set|raise|increase|make bigger|enlarge|adjust|lower] [the context|the context size|the context length|num_ctx|the context window|the context window size]?", "[What is|What's|What does|Explain] [num_ctx|the context|the context length|a context window|the context size|OLLAMA_CONTEXT_LENGTH|context length] [do|mean|for|]?", "The model [forgets|cannot remember] [what I said|the beginning|the start of the chat][.|, why?|, what can I do?]",
      "[How long|How many tokens] can [a chat|the prompt|my text|the context] be?"],
     ["num_ctx is the number of tokens the model can look at. Set it with /set parameter num_ctx 8192 in the chat, PARAMETER num_ctx 8192 in a Modelfile, or OLLAMA_CONTEXT_LENGTH for the server."]),
    ([HOW + " [change|set|lower|raise|increase|reduce|adjust] [the temperature|temperature]?", "[What is|What's|What does|Explain] [temperature|the temperature|the temperature parameter|the temperature setting] [do|mean|for|]?", HOW + " [make|get] [the answers|answers|the model] more [creative|random|exact|predictable|varied|boring]?", "[Which|What] temperature should I [use|set]?"],
     ["Temperature says how freely the model picks words: 0 is strict, 1 is lively. In the chat, type /set parameter temperature 0.7."]),
    ([HOW + " [set|change|see|show] [parameters|options|a parameter|an option|the parameters|the options|the settings] [in the chat|of a model|in a chat|while chatting|]?", "[What|Which] [parameters|options] [are there|can I set|can I change|exist]?", "[What does|What is] /set parameter [do|for|]?"],
     ["In the chat, type /set parameter and a name and value. Useful ones: num_ctx, temperature, top_k, top_p, num_predict, seed, stop."]),
    ([HOW + " [get|make|have] [the same answer|the same answers|the same result|reproducible answers|repeatable results|identical answers] [every time|each time|again|always|twice|]?", "[What is|What's|What does|Explain] [seed|the seed|the seed parameter|a seed] [do|mean|for|]?", "Why [is|are] [the answer|the answers] different [each time|every time]?"],
     ["Set a seed and temperature 0: /set parameter seed 42 and /set parameter temperature 0. Then the same prompt gives the same answer."]),
    ([HOW + " [limit|shorten|restrict|cap] [the answer|the answers|the length of answers|the output|the answer length|how much it writes]?", "[What is|What's|What does|Explain] [num_predict|the num_predict parameter] [do|mean|for|]?", "[How do I get|Can I have|How to get] shorter answers?"],
     ["num_predict limits how many tokens are written: /set parameter num_predict 100."]),
    (["[What is|What's|What does|Explain|Tell me about] [top_k|top_p|top_k and top_p|top_p and top_k] [do|mean|for|]?", HOW + " [set|change] [top_k|top_p]?"],
     ["top_k and top_p limit which words may come next. Small values give safer text. The defaults are top_k 40 and top_p 0.9."]),
    (["[What is|What's|What does|Explain|Tell me about] [repeat_penalty|the repeat penalty|repeat penalty|repeat_last_n] [do|mean|for|]?", "[The model|It] [repeats itself|says the same thing again and again|keeps repeating|writes the same thing over and over][.|, what can I do?|, why?|, help]"],
     ["repeat_penalty makes the model avoid words it has just used. The default is 1.1; raise it with /set parameter repeat_penalty 1.2."]),
    (["[What is|What's|What does|Explain|Tell me about] [keep_alive|OLLAMA_KEEP_ALIVE|keep alive|--keepalive|the keep_alive option|keepalive] [do|mean|for|]?", HOW + " [keep|hold] [a model|the model|my model|{m}] [loaded|in memory|in memory for ever|loaded longer|loaded for ever|ready]?", "[How long|For how long|Until when] does [a model|the model|my model|it] stay [loaded|in memory]?", "[When|Why] [is|was] [a model|the model|my model] unloaded?",
      "[When|Why] does [a|the|my] model [unload|leave memory|disappear from memory]?"],
     ["A model stays in memory for 5 minutes after its last use. OLLAMA_KEEP_ALIVE, --keepalive or keep_alive in the API change that: 1h is one hour, 0 unloads at once, -1 keeps it for ever."]),
    # Server and settings.
    ([HOW + " [start|run|launch|boot|bring up] [the server|a server|the Corral server|the service|the daemon|Corral as a server|the API server]?", "[What does|What is|Explain] [corral serve|`corral serve`|the serve command|serve] [do|for|]?", "[It says|I get] [could not connect|connection refused|that it could not connect to the server|could not connect to the server][.|, what now?|, help]", "[The server is not running|No server is running|Corral cannot connect|I cannot connect to the server][.|, what now?|, what can I do?]"],
     ["`corral serve` starts the server. Leave it running and use another terminal for `corral run` and the other commands."]),
    ([HOW + " [stop|end|quit|shut down|kill|turn off] [the server|a server|the Corral server|the service|corral serve]?", "[Shut down|Stop] the server"],
     ["Press Ctrl+C in the terminal where `corral serve` runs."]),
    (["[Which|What] [port|address|port number|URL] [does Corral use|does the server use|is used|does the server listen on|does Corral listen on|is Corral on|is the server on|does the API have]?", "[What is|What's|Which is] the [port|default port|address|URL|default address] [of the server|of Corral|of the API|]?", "[On which port|On what port|Where|At which address] [does|is] [the server|Corral|the API] [listen|run|running|reachable|to be found]?", "port number"],
     ["The server listens on 127.0.0.1, port 11434. OLLAMA_HOST changes that."]),
    ([HOW + " [change|set|choose] [the port|the address|the host|another port|a different port|the port of the server|the server address]?", "[What is|What's|What does|Explain|Tell me about] OLLAMA_HOST[ do| for| mean|]?", "[The port|Port 11434|The address] is [already in use|taken|in use|busy|used by another program][.|, what now?|, what can I do?]"],
     ["Set OLLAMA_HOST, for example `OLLAMA_HOST=127.0.0.1:8080 corral serve`. Use the same value for the client."]),
    ([HOW + " [reach|use|access|open|call|connect to] [Corral|the server|my server|the API] [from another computer|from another machine|over the network|in my network|from my phone|from my laptop|remotely|from outside]?", HOW + " [make|share] the server [visible|available|reachable|open] [in my network|to others|on the network|for other computers]?", "[Can|May] other [computers|people|machines] use my [server|Corral|models]?"],
     ["Start the server with `OLLAMA_HOST=0.0.0.0 corral serve`. On the other computer, set OLLAMA_HOST to the address of the server."]),
    (["[Which|What] [environment variables|variables|settings|server settings|env vars] [are there|exist|does Corral use|can I set|does the server know|does Corral have]?", HOW + " configure [Corral|the server|it]?", "[List|Show|Name] [the|all] [environment variables|settings].", "[Where is|Is there] [the|a] [config file|configuration file|settings file]?"],
     ["Corral uses the same variables as Ollama, such as OLLAMA_HOST, OLLAMA_MODELS, OLLAMA_KEEP_ALIVE and OLLAMA_CONTEXT_LENGTH. `corral serve --help` lists them."]),
    ([HOW + " [see|get|read|find|show|turn on|enable] [the logs|logs|debug output|more log output|the server log|debug messages|debugging]?", "[What is|What's|What does|Explain] OLLAMA_DEBUG[ do| for|]?", "[Where are|Where do I find] [the logs|the log files|the server logs]?", HOW + " [debug|find out what is wrong with] [the server|Corral|a problem]?"],
     ["The server writes its log to the terminal. `OLLAMA_DEBUG=1 corral serve` shows more."]),
    (["[What is|What's|What does|Explain] OLLAMA_NUM_PARALLEL[ do| for|]?", HOW + " [serve|answer|handle|run] [several requests|many requests|more than one request|several users|many users|requests] [at once|at the same time|in parallel|together]?", "[Can|How many] [several users|many people|requests|users] [use Corral|be served|use the server|run] [at once|at the same time|in parallel]?"],
     ["Corral can answer several requests at once. OLLAMA_NUM_PARALLEL sets how many run in parallel for each model."]),
    (["[What is|What's|What does|Explain] OLLAMA_MAX_LOADED_MODELS[ do| for|]?", HOW + " [load|run|use|keep] [several|two|many|more than one] models [at once|at the same time|in parallel|together]?", "[How many|Can several|Can two] models [can run|run|be loaded|can be loaded] [at once|at the same time|together]?"],
     ["Several models can be in memory at once if there is room. OLLAMA_MAX_LOADED_MODELS sets the limit."]),
    # API.
    (["[Is there|Does Corral have|Do you have|Has Corral] an API?", HOW + " [use|call] [the API|the REST API|Corral over HTTP|Corral from a program|Corral from Python|Corral from my program|Corral from code|Corral from JavaScript]?", "[What|Which] [endpoints|API endpoints|routes|API routes] [are there|does the API have|exist|does Corral have|can I call]?", "[List|Show|Name] [the|all] [API|] endpoints.", "[Tell me about|Explain|What is] the [API|REST API|HTTP API]."],
     ["The API is at http://localhost:11434. Use /api/chat for conversations, /api/generate for single prompts, /api/tags to list models, and /v1/chat/completions for OpenAI clients."]),
    (["[What is|What's|What does|Explain|Tell me about] [/api/generate|the generate endpoint|api/generate] [do|for|]?", HOW + " [generate|complete|make] text [with|over|through|using] the API?", "[Show me|Give me] a curl example[ for generate| for the API|].", HOW + " [call|use] [/api/generate|the API with curl|curl with Corral]?"],
     ["/api/generate answers a single prompt: curl http://localhost:11434/api/generate -d '{{\"model\": \"{m}\", \"prompt\": \"Hello\"}}'"]),
    (["[What is|What's|What does|Explain|Tell me about] [/api/chat|the chat endpoint|api/chat] [do|for|]?", HOW + " [chat|have a conversation|send messages|send a conversation] [with|over|through|using] the API?", HOW + " [call|use] [/api/chat|the chat endpoint|the chat API]?"],
     ["/api/chat takes a list of messages: curl http://localhost:11434/api/chat -d '{{\"model\": \"{m}\", \"messages\": [{{\"role\": \"user\", \"content\": \"Hello\"}}]}}'".replace("[", "\x01").replace("]", "\x02")]),
    (["[Is there|Does Corral have|Do you have] an OpenAI [API|compatible API|endpoint]?", HOW + " [use|connect] [an OpenAI client|the OpenAI library|OpenAI clients|the OpenAI SDK|my OpenAI program|the openai package] [with Corral|]?", "[Is Corral|Is the API|Are you] compatible with OpenAI?", "[What is|What's|What does|Explain] [/v1/chat/completions|/v1|the /v1 endpoint] [do|for|]?", "[Which|What] base URL [do I need for|for|does] [OpenAI|an OpenAI client|the OpenAI library][ need|]?"],
     ["Yes: /v1/chat/completions speaks the OpenAI API. Set the base URL to http://localhost:11434/v1; any key will do."]),
    (["[Is there|Does Corral have|Do you have] an Anthropic [API|compatible API|endpoint]?", HOW + " [use|connect] [Claude Code|the Anthropic library|the Anthropic SDK|an Anthropic client] [with Corral|]?", "[What is|What's|What does|Explain] [/v1/messages|the messages endpoint] [do|for|]?", "[Is Corral|Is the API] compatible with Anthropic?"],
     ["Yes: /v1/messages speaks the Anthropic API. Set the base URL to http://localhost:11434."]),
    ([HOW + " [stream|get|turn off|disable|switch off|enable|turn on] [streaming|the stream|answers without streaming|streamed answers]?", "[What is|What's|What does|Explain] [stream|streaming|\"stream\": false|the stream option] [do|mean|for|]?", HOW + " get the [whole|full|complete] answer at once?"],
     ["The API streams its answer as lines of JSON. Send \"stream\": false to get it in one piece."]),
    ([HOW + " [make|create|get|compute|calculate] [embeddings|an embedding|vectors|text embeddings]?", "[What is|What's|What does|Explain] [/api/embed|an embedding|the embed endpoint|embeddings] [do|mean|for|]?", "[Does|Can] Corral [do|make|support|create] embeddings?"],
     ["/api/embed turns text into a vector: send an embedding model such as nomic-embed-text as model, and the text as input."]),
    # Practical questions.
    (["[Do I need|Does Corral need|Is there a need for] [the internet|an internet connection|a network|internet]?", "[Can I use|Does|Can|Will] [Corral|it|the program] [work|run|be used|] [offline|without internet|without a network|without the internet]?", "Does Corral [work|run] [offline|without internet]?", "[Are|Is] my [data|prompts|chats] [sent|sent to the cloud|sent anywhere|private with Corral|leaving my computer]?"],
     ["Only for downloading models. After `corral pull`, everything runs offline on your machine."]),
    (["[Do I need|Does Corral need|Is] a [GPU|graphics card|video card][ needed| necessary|]?", "[Can|Does|Will] [Corral|it|a model] [run|work] [without a GPU|on the CPU|on a CPU|without a graphics card|on my laptop|on an old computer|on the processor]?", "[Does|Can] Corral [use|support] [my|the|a] [GPU|graphics card]?"],
     ["No GPU is needed: small models run well on the CPU. `corral ps` shows where a model runs."]),
    (["[Which|What] model should I [use|try|take|download|start with|choose|pull][ first|]?", "[Can you|Please] [recommend|suggest] a [model|good model|small model].", "[What is|Which is] [a good|the best|a better|a bigger|a good small|the smallest] model?", "[Recommend|Suggest] [me|] a [good|] model", "[I want|I need|Is there] a [smarter|bigger|better|larger] model[ than you|]."],
     ["Try `corral run gemma3` or `corral run qwen3`. They are much bigger and smarter than I am."]),
    (["[How much|What amount of] [memory|RAM|disk space] [do I need|does a model need|is needed|do models need|does Corral need]?", "[How big|How large] are [models|the models|the files]?", "[How big a model|Which model size|Which models] [can I run|fits into my memory|fit into 8 GB|can my computer run]?", "[Is|Are] [8|16|4] GB [of RAM|of memory|] enough?"],
     ["As a rule, a model needs a bit more memory than its file size. With 8 GB, try models of up to 4 billion parameters."]),
    ([HOW + " [make|get] [the model|it|Corral|answers|my model] [faster|quicker|run faster]?", "[Why is|Why is] [the model|it|Corral|the answer|my model] so slow?", "[It is|The model is|Corral is|Everything is] [too slow|very slow|slow][.|, what can I do?|, help]"],
     ["Use a smaller model or a stronger quantization such as q4_K_M, and a smaller num_ctx. A GPU helps most."]),
    (["[It says|I get|What does it mean:|Why do I get] [model not found|that the model was not found|\"model not found\"][.|, what now?|?|]", "[Corral|It] [does not find|cannot find] [my model|the model|{m}][.|, what now?|, why?|]"],
     ["Check the name with `corral list`. If the model is missing, download it with `corral pull {m}`."]),
    ([HOW + " [turn off|disable|switch off|turn on|enable|hide|show|see] [thinking|the thinking|reasoning|think mode|the thoughts]?", "[What does|What is|Explain] [--think|/set think|/set nothink|--hidethinking|think mode] [do|for|]?"],
     ["`corral run {m} --think=false` turns thinking off, and --hidethinking hides it. In the chat, type /set nothink or /set think."]),
    (["[What does|What is|Explain] [corral launch|`corral launch`|the launch command|launch] [do|for|]?", HOW + " [use|start|connect] [a coding tool|coding tools|a coding agent|Codex|another program] with Corral?"],
     ["`corral launch` starts other tools, such as coding agents, and connects them to your local models."]),
    ([HOW + " [send|show|give|use|describe] [an image|a picture|images|pictures|a photo] [to a model|with a model|in the chat|]?", "[Can|Does] [Corral|a model] [see|read|understand|look at|support] [images|pictures|photos]?"],
     ["Use a model with vision, such as gemma3, and put the path of the picture into your prompt: `corral run gemma3 \"What is in ./cat.png?\"`."]),
]
NAMED = {"my-model", "pirate", "mario", "test", "helper", "mybot"}
ABOUT_A_MODEL = [([ask], answers) for asks, answers in TOPICS for ask in asks if "{m}" in ask]
PRETRAINED = [name for name in words.MODELS if name not in NAMED]
FRAMES = "[||||||||||In Corral, |With Corral, |Quick question: |Sorry, |Please, |Help! |I have a question: |One question: ]"


def _model_name(rng):
    return words.made_up(rng) if rng.random() < 0.15 else rng.choice(PRETRAINED)


def _tidy(rng, question):
    """Statements made from 'I want to …?' lose their question mark; a few questions name Corral."""
    if question.startswith(("I want", "I need", "Tell me", "Show me", "Explain")):
        question = question.rstrip("?") + rng.choice((".", ""))
    if question.endswith("?") and "orral" not in question and rng.random() < 0.15:
        question = question[:-1] + rng.choice((" in Corral?", " with Corral?"))
    return question


def ask(rng, asks, slots):
    question = chatter(rng, _tidy(rng, expand(rng, rng.choice(asks), slots)))
    frame = expand(rng, FRAMES)
    if rng.random() < 0.9 or not frame:
        return roughen(rng, question, keep=slots["m"] if slots["m"] in question else "")
    return roughen(rng, f"{frame} {question[:1].lower()}{question[1:]}", keep=slots["m"] if slots["m"] in question else "")


def exchange(rng):
    """One question about Corral and its answer; a model named in the question returns in the answer."""
    asks, answers = rng.choice(ABOUT_A_MODEL if rng.random() < 0.2 else TOPICS)
    slots = {"m": _model_name(rng), "m2": rng.choice(sorted(NAMED))}
    question = ask(rng, asks, slots)
    if slots["m"].lower() not in question.lower():
        slots["m"] = "gemma3"
    if slots["m2"].lower() not in question.lower():
        slots["m2"] = "mymodel"
    answer = expand(rng, rng.choice(answers), slots).replace("\x01", "[").replace("\x02", "]")
    return [user(question), assistant(answer)]


def sample(rng):
    """One or two questions."""
    return sum((exchange(rng) for _ in range(rng.choice((1, 1, 1, 2)))), [])
