"""What proves storage-registry.md, rule by rule, and the issue that asks for it; names of tests as in proofs.py."""

PULL = "test_pull.py"
PUSH = "test_push.py"
STORE = "test_store.py"
DOCTOR = "test_doctor.py"
NETWORK = "test_registry_network.py"
TRANSFERS = "test_pull_store.py"  # what transfers do to the store
TERMINAL = "test_terminal.py"

FOLDER = f"{STORE}::test_a_folder_of_a_real_ollama_is_read_changed_and_read_back"
TWENTY_KILLS = f"{PULL}::test_twenty_kills"
PULLED_MODEL_RUNS = f"{PULL}::test_a_pulled_model_runs"  # with tokens, by redirect, from a plain registry
BY_PROXY = f"{NETWORK}::test_a_registry_is_asked_by_way_of_a_proxy"
INSTEAD_OF_MANIFEST = f"{PULL}::test_what_a_registry_answers_instead_of_a_manifest_is_told"
INSTEAD_OF_BLOB = f"{PULL}::test_what_a_registry_answers_instead_of_a_blob_is_told"
NAMES_AND_BODIES = f"{PULL}::test_errors_of_names_digests_and_bodies"
RESUMES_OLLAMAS = f"{PULL}::test_a_killed_server_resumes"
NOPRUNE = f"{TRANSFERS}::test_noprune_keeps_what_pull_and_create_replace_but_not_what_is_deleted"

NAMES = {
    "1.1 grammar": ["ModelName.RefusesWhatTheGrammarDoesNotHave", "ModelName.LimitsLengths", "4.1 a host of 350 characters",
                    "4.1 a host of 351 characters"],
    "1.2 parsing, every row of its table": ["ModelName.FillsInDefaults", "ModelName.RefusesWhatTheGrammarDoesNotHave"],
    "1.3 output forms": ["ModelName.FillsInDefaults", "4.2 the short form drops the default host and namespace",
                         "4.2 it does so in any case", "4.2 another host keeps the namespace"],
    "1.3 repository and base URL": [BY_PROXY],
    "1.4 reverse mapping": ["StoreTest.IgnoresWhatIsNoManifest", FOLDER],
    "1.5 existing names: show, generate, chat, create, copy, delete": [
        "StoreTest.AdoptsTheSpellingOnDisk", "4.4 a model is found in any case", "4.4 every part is",
        "4.4 parts of other models are adopted", "4.4 copy onto another case updates the entry",
        "4.4 create onto another case updates the entry"],
    "1.5 existing names: pull": [f"{TRANSFERS}::test_another_spelling_updates_the_model"],
    "1.6 name errors": [
        *(f"4.5 {route}: {kind}" for route in ("generate", "chat", "show", "delete", "copy source")
          for kind in ("empty", "invalid", "missing")),
        "4.5 pull: empty", "4.5 pull: invalid", "4.5 push: empty", "4.5 create: empty", "4.5 create: invalid",
        "4.5 copy destination: invalid", "8.12 an invalid name", "4.3 two suffixes to chat", "4.5 pull by name: empty"],
}

SUFFIXES = {
    "every row of its table": ["SplitSource.TakesSuffixesOff"],
    "two suffixes": ["4.3 two suffixes: a:cloud:local", "4.3 the text is trimmed and quoted"],
    "pull and delete of stubs": ["DecodePull.NamesTheStubOfACloudModel", "ParseModel.UsesTheStubNameToDeleteCloudModels"],
    "copy and push know no suffixes": ["4.3 copy does not know suffixes"],
}

LAYOUT = {
    "OLLAMA_MODELS": ["Settings.ListsAndText"],
    "names of files": [FOLDER, f"{TRANSFERS}::test_what_a_kill_leaves_has_upstreams_form", "StoreTest.PrunesOldUnreferencedFiles"],
    "modes": ["StoreTest.ModesAreThoseOfUpstream", f"{TRANSFERS}::test_what_is_pulled_has_upstreams_modes"],
    "folders on demand": ["StoreTest.MakesFoldersAgainThatSomebodyRemoved",
                          f"{TRANSFERS}::test_folders_that_somebody_removed_come_back"],
    "folders that cannot be made": ["StoreTest.SaysWhichFolderCannotBeMade"],
    "host:port in the path": [FOLDER, BY_PROXY],
    "digest strings": ["Digest.ParsesBothSpellings", "8.13 capitals in the first upload"],
    "3.1 writing a blob": ["StoreTest.WritesManifestsByteForByte", "StoreTest.MakesReusedBlobsYoung",
                           "StoreTest.ReplacesBlobsThatWereCutShort", "StoreTest.AbandonedBlobsLeaveNothing",
                           "8.8 a new layer is told", "8.8 a repeated creation uses what is there"],
}

MANIFESTS = {
    "field order, compact, HTML-safe, newline": ["StoreTest.WritesManifestsByteForByte", "GoJson.EscapesForHtml", FOLDER],
    "layers null when there are none": ["StoreTest.WritesNullForNoLayers"],
    "pulled manifests byte for byte": [f"{PULL}::test_manifests_are_kept_byte_for_byte"],
    "reading: case, unknown fields, first value only": ["StoreTest.ReadsManifestsOfOtherWriters", "GoJson.ReadsTheFirstValueOnly",
                                                        "GoJson.FindsFieldsIgnoringCase"],
    "4.1 the ID": [FOLDER, "StoreTest.DigestsLeaveOutANewlineBehindAFullBuffer"],
    "the size in lists": ["StoreTest.WritesManifestsByteForByte", "8.2 every entry"],
}

CONFIGS = {
    "fields and their order": ["ModelConfig.WritesUpstreamsBytes", "ModelConfig.KeepsKeyOrderAndEveryField"],
    "rootfs of old configs": ["ModelConfig.ReadsOldAndForeignConfigs", FOLDER],
    "no digest of the config": ["StoreTest.ReadsManifestsOfOtherWriters"],
}

LAYERS = {
    "model, projector, adapter, template, system, params, messages, license": [
        "CreateTest.FromModelInheritsAndReplaces", "CreateTest.TellsProjectorsFromModels",
        "CreateTest.PutsAnAdapterBehindTheModel", "8.8 licences are appended"],
    "prompt and embed": [FOLDER],
    "unknown types are pulled, kept and copied": [
        FOLDER, f"{TRANSFERS}::test_a_model_of_tensors_is_refused_but_one_that_is_there_can_be_kept"],
    "JSON of params and messages": ["CreateTest.WritesUpstreamsBlobs", "GoNumber.PrintsAsGoJsonDoes", "GoJson.KeepsOrSortsKeys"],
}

OPERATIONS = {
    "7.1 order of the list": ["StoreTest.ListsNewestFirst", "8.2 the newest are first"],
    "7.1 regular files only, bad ones skipped": ["StoreTest.RefusesLinksAndDevices", "StoreTest.RefusesBadManifests"],
    "7.1 changes by others show at once": ["CatalogTest.ListSeesChangesOnDisk"],
    "7.1 entries and their capabilities": ["CatalogTest.ListsWithTheCheaperFacts", "8.2 every entry", "8.2 an embedding model"],
    "7.1 unreadable models drop out": ["CatalogTest.DamagedWeightsAreListedButNotShown", "CatalogTest.MissingBlobsMeanNotFound"],
    "7.2 copy": ["StoreTest.CopiesManifestBytes", "8.9 a copy", "8.9 onto itself, unknown", "4.5 copy source: missing"],
    "7.2 layers of what is overwritten": ["StoreTest.CopiesLeaveTheLayersOfWhatTheyReplace", "8.9 onto an existing one"],
    "7.3 delete": ["StoreTest.RemovesUnsharedBlobsAndEmptyFolders", "StoreTest.RemovesBesideCorruptManifests", "8.10 twice",
                   "8.10 blobs of others stay"],
    "7.3 deletes ignore OLLAMA_NOPRUNE": [NOPRUNE],
    "7.4 blob endpoints": ["8.13 stored, then known", "8.13 a known blob needs no body", "8.13 another digest",
                           "8.13 HEAD of a missing blob", "8.13 HEAD of a malformed digest"],
    "7.5 replacing layers": ["CreateTest.OverwritingRemovesOrphans", NOPRUNE],
    "7.6 a missing blob": ["CatalogTest.MissingBlobsMeanNotFound"],
}

HOUSEKEEPING = {
    "old names": ["StoreTest.RenamesBlobsOfOldInstallations"],
    "a bad manifest keeps all": ["StoreTest.PrunesNothingBesideCorruptManifests"],
    "what is old and unreferenced goes, folders stay": ["StoreTest.PrunesOldUnreferencedFiles",
                                                        "StoreTest.LeavesFoldersAmongTheBlobsAlone"],
    "interrupted pulls": ["StoreTest.PrunesADownloadAsAWhole"],
    "OLLAMA_NOPRUNE": ["test_scheduler.py::test_noprune_keeps_what_no_model_uses"],
}

KEYS = {
    "9.1 files, modes, messages": [f"{NETWORK}::test_a_key_pair_is_made_at_first_start_and_then_kept", "KeysTest.MakesAPairOnce"],
    "9.1 the container": ["KeysTest.WritesTheOpenSshFormats", "PrivateKey.IsReadAsItWasWritten"],
    "9.1 keys of ssh-keygen; encrypted ones": ["PrivateKey.OfSshKeygenIsRead", "PrivateKey.ThatIsEncryptedIsRefused",
                                               f"{NETWORK}::test_a_key_that_is_encrypted_is_told"],
    "9.2 the test vector": ["Sign.GivesTheSpecsVector"],
    "9.3 the message of a token request": ["Challenge.BecomesTheUrlOfTheSpecsVector", PULLED_MODEL_RUNS],
}

HTTP = {
    "no host is special: hf.co, the default one, ports": [BY_PROXY],
    "insecure": [f"{NETWORK}::test_a_registry_speaks_tls_unless_it_is_insecure",
                 f"{PULL}::test_create_brings_in_a_base_model_over_plain_http"],
    "User-Agent": [f"{NETWORK}::test_requests_name_the_client_and_what_they_accept", "UserAgent.StartsAsClientsOfOllamaDo"],
    "proxies": [BY_PROXY, f"{NETWORK}::test_https_goes_through_its_own_proxy", f"{NETWORK}::test_some_hosts_need_no_proxy"],
    "redirects": [f"{NETWORK}::test_a_registry_that_has_moved_is_followed_without_the_token",
                  f"{NETWORK}::test_a_push_follows_too", f"{NETWORK}::test_redirects_end"],
    "user name and password are ignored": ["8.11 user and password are ignored"],
    "10.1 answers": [INSTEAD_OF_MANIFEST],
    "10.1 challenge": ["Challenge.IsTakenApart"],
    "10.1 token": [PULLED_MODEL_RUNS, f"{PULL}::test_a_token_is_asked_of_the_registry_only",
                   f"{NETWORK}::test_a_token_that_does_not_come"],
}

PULLING = {
    "11.1 lines and their order": [PULLED_MODEL_RUNS, f"{PULL}::test_replaced_layers_are_removed"],
    "11.1 a blob that is there gets one line": [f"{TRANSFERS}::test_a_blob_that_is_there_gets_one_line"],
    "11.1 errors, streamed and not": [f"{PULL}::test_an_unknown_model"],
    "11.1 not streamed; content types": ["8.11 not streamed", "8.11 pulling manifest comes first"],
    "11.1 a client that leaves": [f"{PULL}::test_a_cancel_ends_a_pull_from_a_silent_registry"],
    "11.2 the manifest": [f"{NETWORK}::test_requests_name_the_client_and_what_they_accept", INSTEAD_OF_MANIFEST],
    "11.3 what is there is not fetched": [f"{PULL}::test_what_is_there_is_not_fetched_again"],
    "11.3 an empty digest": [f"{TRANSFERS}::test_a_layer_without_a_digest_is_named"],
    "11.3 resume state": [RESUMES_OLLAMAS, f"{PULL}::test_parts_come_beside_each_other"],
    "11.3 parts": ["Parts.AreSixteenthsWithinTheirBounds", f"{TRANSFERS}::test_what_a_kill_leaves_has_upstreams_form"],
    "11.3 side files": ["Parts.AreWrittenAsUpstreamWritesThem", f"{TRANSFERS}::test_what_a_kill_leaves_has_upstreams_form"],
    "11.3 the direct URL": [INSTEAD_OF_BLOB, PULLED_MODEL_RUNS, "Pauses.BetweenLooksGrowToTenSeconds",
                            f"{PULL}::test_a_direct_url_that_has_expired_is_asked_for_again"],
    "11.3 [superset] 200 with the blob itself": [PULLED_MODEL_RUNS],
    "11.3 [superset] answers that are no ranges": [
        PULLED_MODEL_RUNS, f"{TRANSFERS}::test_an_answer_without_end_is_left",
        f"{TRANSFERS}::test_a_registry_without_ranges_sends_a_blob_of_several_parts_once"],
    "11.3 the end": [f"{TRANSFERS}::test_what_is_pulled_has_upstreams_modes", RESUMES_OLLAMAS],
    "11.4 closed early": [f"{PULL}::test_an_answer_that_is_cut_goes_on_where_it_ended"],
    "11.4 no data": [f"{TRANSFERS}::test_a_part_that_stalls_is_asked_for_again",
                     "DownloadFromASilentRegistry.IsAskedAgainAndLosesNoTry"],
    "11.4 pauses": ["Pauses.BetweenTriesDouble"],
    "11.4 six tries": [f"{PULL}::test_a_registry_that_breaks_off_every_answer"],
    "11.4 no space left": [f"{STORE}::test_a_full_disk_ends_a_pull_at_once_and_the_next_goes_on"],
    "11.5 sharing": [f"{PULL}::test_two_pulls_fetch_a_blob_once",
                     f"{PULL}::test_a_pull_that_joins_another_shows_its_progress_and_outlives_it"],
    "11.5 a failed transfer is forgotten": [f"{PULL}::test_a_registry_that_breaks_off_every_answer"],
    "11.6 verify": [f"{PULL}::test_wrong_bytes_are_refused_and_removed"],
    "11.6 a digest that occurs twice": [f"{TRANSFERS}::test_a_blob_that_a_manifest_names_twice_is_fetched_once"],
    "11.6 prune": [f"{PULL}::test_replaced_layers_are_removed", f"{TRANSFERS}::test_layers_that_cannot_be_removed_are_told",
                   NOPRUNE],
    "11.6 a corrupt old manifest": [f"{TRANSFERS}::test_a_corrupt_manifest_does_not_keep_a_pull_from_replacing_it"],
    "11.7 the display": ["RegistryCommands.PullShowsEachStatusAndLayerOnce",
                         f"{TERMINAL}::test_a_pull_shows_a_bar_for_each_layer_and_goes_on_after_an_interrupt"],
}

PUSHING = {
    "12.1 lines and their order": [f"{PUSH}::test_a_model_goes_and_comes_back", f"{PUSH}::test_a_model_that_is_not_there"],
    "12.2 what is there is not sent": [f"{PUSH}::test_what_the_registry_has_is_not_sent"],
    "12.2 mount": [f"{PUSH}::test_layers_of_another_model_are_mounted_where_the_registry_can"],
    "12.2 parts and their headers": [f"{PUSH}::test_a_model_goes_and_comes_back"],  # the registry checks them
    "12.2 307: the part goes elsewhere": [f"{PUSH}::test_a_model_goes_and_comes_back"],
    "12.2 401": [f"{PUSH}::test_a_token_that_expires_is_replaced"],
    "12.2 other refusals; six tries": [f"{PUSH}::test_a_refused_part_is_sent_again",
                                       f"{PUSH}::test_a_registry_that_never_takes_a_part"],
    "12.2 commit with etag": [f"{PUSH}::test_a_model_goes_and_comes_back"],
    "12.2 blobs of no bytes": [f"{TRANSFERS}::test_empty_blobs_go_both_ways"],
    "12.3 the manifest": [f"{PUSH}::test_a_model_goes_and_comes_back",
                          f"{PUSH}::test_who_may_not_push_is_told_and_no_manifest_goes"],
    "12.4 the command": ["RegistryCommands.PushTellsWhereTheModelIs", "RegistryCommands.PushNeedsAnAccountAtOllamaOnly",
                         f"{TRANSFERS}::test_push_export_and_the_rest_at_the_command_line",
                         f"{PUSH}::test_who_may_not_push_is_told_and_no_manifest_goes"],
}

TENSORS = {
    "a host without MLX": [f"{TRANSFERS}::test_a_model_of_tensors_is_refused_but_one_that_is_there_can_be_kept"],
    "fields of its layers": ["ModelConfig.KeepsKeyOrderAndEveryField"],
}

REMOTES = {
    "stubs are pulled, pushed and listed": [f"{TRANSFERS}::test_a_stub_comes_and_goes_like_any_model",
                                            "9.3 a stub is listed and copied"],
    "stubs answer": ["test_remote.py::test_upstreams_stubs"],
    "hosts that are not listed": ["9.3 a host that OLLAMA_REMOTES does not list"],
    ":local": ["9.3 a stub is not local"],
    "switched off": ["9.3 generate on a stub, switched off", "9.3 show on a stub, switched off", "8.15 web search",
                     "8.15 web fetch", "9.1 switched off on purpose", "test_remote.py::test_the_switch_turns_them_off"],
    "creating one, remote_host": [*(f"9.3 remote_host {host} is kept as {kept}" for host, kept in (
        ("/path", "http://localhost:11434/path"), ("ollama.com", "https://ollama.com:443"), ("host", "http://host:11434"),
        ("host:99", "http://host:99"), ("https://host/x/../y/", "https://host:11434/y"))), "9.3 a remote_host that is none",
        "9.3 from a cloud name"],
    "show": ["9.3 show on a stub"],
}

# Section 15, every row.
CATALOGUE = {
    "pull model manifest: file does not exist": [f"{PULL}::test_an_unknown_model", INSTEAD_OF_MANIFEST],
    "pull model manifest: 412: …": [INSTEAD_OF_MANIFEST],
    "unauthorized: access denied": [INSTEAD_OF_MANIFEST, f"{PUSH}::test_who_may_not_push_is_told_and_no_manifest_goes"],
    'realm host "…" does not match original host "…"': [f"{PULL}::test_a_token_is_asked_of_the_registry_only",
                                                        f"{PUSH}::test_a_registry_that_refuses_the_manifest"],
    "max retries exceeded: …": [f"{PULL}::test_a_registry_that_breaks_off_every_answer",
                                f"{PUSH}::test_a_registry_that_never_takes_a_part"],
    "digest mismatch, file must be downloaded again: want …, got …": [f"{PULL}::test_wrong_bytes_are_refused_and_removed"],
    "unexpected status code N": [INSTEAD_OF_BLOB],
    "invalid digest format": [NAMES_AND_BODIES, "8.13 a malformed digest sha256:12",
                              f"{PULL}::test_a_malformed_manifest_is_refused"],
    "missing request body": [NAMES_AND_BODIES],
    "model is required": [NAMES_AND_BODIES],
    "invalid model name": [NAMES_AND_BODIES],
    "model '<n>' not found": [NAMES_AND_BODIES],
    'model "<n>" not found': [NAMES_AND_BODIES],
    "open <path>: no such file or directory": [f"{PUSH}::test_a_model_that_is_not_there"],
    "a pull by run when show returns 404": [f"{TRANSFERS}::test_run_pulls_what_is_not_there"],
}

# Section 16, every item.
CHECKLIST = {
    "1 names to paths, case": [FOLDER, "StoreTest.AdoptsTheSpellingOnDisk", f"{TRANSFERS}::test_another_spelling_updates_the_model"],
    "2 blobs: names, 0644, young when reused": [FOLDER, "StoreTest.MakesReusedBlobsYoung",
                                                f"{TRANSFERS}::test_what_is_pulled_has_upstreams_modes"],
    "3 Go's JSON, so equal digests": [FOLDER, "CreateTest.WritesUpstreamsBlobs", "ModelConfig.WritesUpstreamsBytes"],
    "4 pulled manifests unmodified": [f"{PULL}::test_manifests_are_kept_byte_for_byte"],
    "5 partial files, both ways": [RESUMES_OLLAMAS, f"{TRANSFERS}::test_what_a_kill_leaves_has_upstreams_form"],
    "6 young blobs, unreadable manifests, every layer counts": [
        "StoreTest.PrunesOldUnreferencedFiles", "StoreTest.PrunesNothingBesideCorruptManifests",
        f"{TRANSFERS}::test_a_model_of_tensors_is_refused_but_one_that_is_there_can_be_kept"],
    "7 foreign files in blobs/": ["StoreTest.LeavesFoldersAmongTheBlobsAlone", "StoreTest.PrunesOldUnreferencedFiles",
                                  "DoctorTest.OnlyNotesWhatHousekeepingRemoves"],
    "8 old configs, prompt, embed, no config digest": [FOLDER, "ModelConfig.ReadsOldAndForeignConfigs",
                                                       "StoreTest.ReadsManifestsOfOtherWriters"],
    "9 files may be renamed over or unlinked": ["8.10 a running model goes on",
                                                f"{STORE}::test_two_servers_on_one_store_do_not_harm_each_other"],
    "10 the key pair": [f"{NETWORK}::test_a_key_pair_is_made_at_first_start_and_then_kept", "PrivateKey.OfSshKeygenIsRead",
                        "KeysTest.MakesAPairOnce"],
}

# The named parts and proofs of the issue, sentence by sentence.
ISSUE = {
    "1 manifest, signed token": [PULLED_MODEL_RUNS],  # the registry verifies the signature
    "1 parallel ranged parts": [f"{PULL}::test_parts_come_beside_each_other"],
    "1 redirects": [PULLED_MODEL_RUNS, f"{NETWORK}::test_a_registry_that_has_moved_is_followed_without_the_token"],
    "1 stall detection": [f"{TRANSFERS}::test_a_part_that_stalls_is_asked_for_again"],
    "1 retries with backoff": [f"{PULL}::test_a_registry_that_breaks_off_every_answer", "Pauses.BetweenTriesDouble"],
    "1 resume after any interruption, also kill -9": [
        TWENTY_KILLS, RESUMES_OLLAMAS, f"{PULL}::test_a_server_that_is_told_to_stop_leaves_a_pull_that_can_go_on",
        f"{TERMINAL}::test_a_pull_shows_a_bar_for_each_layer_and_goes_on_after_an_interrupt"],
    "1 shared progress": [f"{PULL}::test_a_pull_that_joins_another_shows_its_progress_and_outlives_it"],
    "1 cancel": [f"{PULL}::test_a_cancel_ends_a_pull_from_a_silent_registry"],
    "1 digest check": [f"{PULL}::test_wrong_bytes_are_refused_and_removed"],
    "1 prune": [f"{PULL}::test_replaced_layers_are_removed"],
    "1 insecure": [f"{NETWORK}::test_a_registry_speaks_tls_unless_it_is_insecure"],
    "1 proxies": HTTP["proxies"],
    "1 other hosts, ports, namespaces; hf.co": [BY_PROXY],
    "1 a plain OCI registry": [PULLED_MODEL_RUNS,
                               f"{PUSH}::test_debians_registry_takes_a_model_and_a_second_corral_runs_it"],
    "2 existence, mount, chunks": [*PUSHING["12.2 what is there is not sent"], *PUSHING["12.2 mount"],
                                   *PUSHING["12.2 parts and their headers"]],
    "2 resume of interrupted uploads": [f"{PUSH}::test_an_upload_that_breaks_off_goes_on_where_the_registry_got",
                                        f"{PUSH}::test_an_upload_that_the_registry_forgot_starts_over"],
    "2 manifest last": [f"{PUSH}::test_who_may_not_push_is_told_and_no_manifest_goes"],
    "3 pull, push, cp, rm, list": [f"{PULL}::test_the_command_line_pulls",
                                   f"{TRANSFERS}::test_push_export_and_the_rest_at_the_command_line",
                                   "RegistryCommands.CopiesAndRemovesSayWhatTheyDid", "RegistryCommands.ListFiltersWithoutCase"],
    "3 signin, signout": ["RegistryCommands.SigningInSaysWhoOrWhere", "RegistryCommands.SigningOutSaysWhetherItWasNeeded",
                          "8.14 nobody is signed in", "8.14 signing out"],
    "3 the progress display": [f"{TERMINAL}::test_a_pull_shows_a_bar_for_each_layer_and_goes_on_after_an_interrupt",
                               "Bar.ShowsAmountSpeedAndRemainingTime", "Bar.FinishesWithTheTotalAlone",
                               "FrameText.DrawsOverTheFrameBefore", "Progress.PrintsPlainLinesOffATerminal"],
    "3 pull --dry-run": [f"{PULL}::test_a_dry_run_fetches_nothing_and_tells_what_it_would", "RegistryCommands.DryRunsOnlyTell",
                         f"{PULL}::test_the_command_line_pulls"],
    "3 update --check": [f"{TRANSFERS}::test_update_names_and_pulls_what_is_newer",
                         "RegistryCommands.UpdateNamesModelsWithNewerManifests"],
    "4 reflink, hard link or copy": [f"{STORE}::test_create_shares_only_what_nobody_edits",
                                     f"{STORE}::test_files_that_may_be_edited_share_their_data_where_the_file_system_can",
                                     "ShareFileTest.TakesAReadOnlyFileWithoutCopying", "ShareFileTest.NeverLinksWhatCanBeEdited"],
    "4 export": [f"{STORE}::test_export_gives_what_create_takes",
                 f"{STORE}::test_files_that_may_be_edited_share_their_data_where_the_file_system_can",
                 "ShareFileTest.GivesOutBlobsThatNobodyCanSpoil",
                 "ShareFileTest.CopiesOnRequestAndReplacesNothing"],
    "4 several folders, in order, read-only": [f"{STORE}::test_several_folders_are_searched_in_order_and_never_written",
                                               "BuiltinTest.BlobsOfItsOwnFolderComeFirst",
                                               "CatalogTest.LoadsFromTheFolderThatHasTheModel"],
    "5 digests and names are parsed": ["ModelName.RefusesWhatTheGrammarDoesNotHave", "Digest.ParsesBothSpellings",
                                       f"{PULL}::test_a_malformed_manifest_is_refused", "RoutesTest.RefusesMalformedDigests"],
    "5 redirects carry no credentials": [f"{NETWORK}::test_a_registry_that_has_moved_is_followed_without_the_token",
                                         PULLED_MODEL_RUNS],
    "5 redirects lead to no private network": [
        "RedirectingRegistry.LeadsNoNearer", "RedirectingRegistry.IsHeldAgainstTheAddressesThatNamesStandFor",
        "RedirectingRegistry.LeadsToPlacesAsFarAwayAsItself", "Reach.OfAddresses", "Reach.OfHostsIsToldByTheirText",
        f"{NETWORK}::test_a_registry_behind_a_proxy_leads_no_nearer",
        f"{NETWORK}::test_a_registry_behind_a_proxy_gets_no_upload_sent_nearer", f"{NETWORK}::test_tls_leads_to_no_plain_http"],
    "5 the realm is the registry's host": [f"{PULL}::test_a_token_is_asked_of_the_registry_only"],
    "5 sizes are bounded by the manifest": [f"{PULL}::test_a_size_that_is_not_the_manifests_is_refused",
                                            f"{TRANSFERS}::test_an_answer_without_end_is_left"],
    "5 links, FIFOs and devices": ["StoreTest.RefusesLinksAndDevices", f"{TRANSFERS}::test_links_and_fifos_are_not_written_to",
                                   f"{DOCTOR}::test_a_fifo_and_a_link_are_moved_and_all_is_well"],
    "5 a full disk": [f"{STORE}::test_a_full_disk_says_so_and_keeps_what_is_there",
                      f"{STORE}::test_a_full_disk_ends_a_pull_at_once_and_the_next_goes_on", "StoreTest.FailedWritesLeaveTheOldState"],
    "5 a read-only store": [f"{STORE}::test_a_read_only_store_serves_and_refuses_changes"],
    "5 two servers on one store": [f"{STORE}::test_two_servers_on_one_store_do_not_harm_each_other",
                                   f"{TRANSFERS}::test_two_servers_fetch_a_blob_once",
                                   f"{TRANSFERS}::test_a_server_goes_on_where_another_was_killed"],
    "5 allowed registries": [f"{PULL}::test_only_the_allowed_registries_are_used"],
    "proof: docker-registry, and a second Corral": [
        f"{PUSH}::test_debians_registry_takes_a_model_and_a_second_corral_runs_it"],
    "proof: twenty kills": [TWENTY_KILLS],
    "proof: doctor": [f"{DOCTOR}::test_an_altered_blob_is_moved_aside_and_its_model_named",
                      f"{DOCTOR}::test_a_good_store_is_left_alone", "DoctorTest.MovesBadManifestsAside",
                      "DoctorTest.NeverReplacesWhatWasMovedBefore", TWENTY_KILLS],
    "proof: a folder of a real Ollama": [FOLDER],
}

PROOFS = [(section, row, tests) for section, table in (
    ("1", NAMES), ("2", SUFFIXES), ("3", LAYOUT), ("4", MANIFESTS), ("5", CONFIGS), ("6", LAYERS), ("7", OPERATIONS),
    ("8", HOUSEKEEPING), ("9", KEYS), ("10", HTTP), ("11", PULLING), ("12", PUSHING), ("13", TENSORS), ("14", REMOTES),
    ("15", CATALOGUE), ("16", CHECKLIST), ("issue", ISSUE)) for row, tests in table.items()]

ABSENT = {
    ("9.3, 9.4", "signatures for ollama.com, the sign-in URL"): (
        "there are no accounts: Corral is not signed in anywhere", ["8.14 nobody is signed in"]),
    ("10", "Go's version in User-Agent"): (
        "it ends with Corral's own name and version", ["UserAgent.StartsAsClientsOfOllamaDo"]),
    ("11.4", "bytes of an attempt that broke off otherwise are dropped"): (
        "they are kept: the digest tells whether they are good", [f"{PULL}::test_wrong_bytes_are_refused_and_removed"]),
    ("12.2", "parts beside each other after a 307"): (
        "upstream may, Corral sends one after the other", [f"{PUSH}::test_a_model_goes_and_comes_back"]),
    ("13.2, 13.3", "transfer of tensor models"): (
        "the specification allows to refuse them where MLX is absent",
        [f"{TRANSFERS}::test_a_model_of_tensors_is_refused_but_one_that_is_there_can_be_kept"]),
    ("14", "requests to Ollama's own cloud"): (
        "names of the cloud are answered as upstream does with its cloud switched off",
        ["9.1 generate on qwen3:cloud", "9.1 chat on a cloud name", "9.1 show on a cloud name"]),
}
