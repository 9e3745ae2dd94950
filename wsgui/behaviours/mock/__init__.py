"""The mock: rules that say what comes and what is answered, as a person writes them (`spec`, `rules_file`), compiled
(`rule`, `book`) and carried out on connections (`runs`), with what was seen of each (`verdict`)."""
