# METADATA
# title: Miner of a cryptocurrency started
# description: |
#   Miners are told the address of their pool in the arguments, nearly always as stratum+tcp://…,
#   and carry well-known names.
#
#   Misses: a miner with another name that reads its pool from a file or learns it from a proxy,
#   and one that runs in a browser.
# schemas:
# - input: schema.sched_process_exec
# custom:
#   id: TW-0160
#   severity: high
#   attack: [T1496, T1496.001]
#   events: [sched_process_exec]
package signatures.cryptocurrency_miner

import rego.v2

import data.lib.exceptions

_miners := {
	"/bfgminer",
	"/ccminer",
	"/cgminer",
	"/claymore",
	"/cpuminer",
	"/ethminer",
	"/gminer",
	"/lolMiner",
	"/lolminer",
	"/minerd",
	"/minergate",
	"/nanominer",
	"/nbminer",
	"/phoenixminer",
	"/sgminer",
	"/srbminer",
	"/t-rex",
	"/teamredminer",
	"/wildrig",
	"/xmr-stak",
	"/xmrig",
	"/xmrigDaemon",
}

# Those that most of what is installed without asking reports to.
_pools := `(?i)(^|[./@])(minexmr|supportxmr|nanopool|moneroocean|hashvault|2miners|herominers|c3pool|nicehash|ethermine|f2pool|unmineable|xmrpool|minergate)\.(com|org|stream|pro|eu|net)(:[0-9]+)?(/|$)`

finding contains {"pathname": input.args.pathname, "argv": input.args.argv} if {
	input.event == "sched_process_exec"
	_mines
	not exceptions.apply("TW-0160")
}

_mines if strings.any_suffix_match(input.args.pathname, _miners)

_mines if {
	some argument in array.slice(input.args.argv, 1, 60)
	regex.match(`(?i)(^|[=\s'"])((stratum[12]?|ethproxy|daemon)\+(tcp|tls|ssl|udp|http)s?|stratum)://`, argument)
}

_mines if {
	some argument in array.slice(input.args.argv, 1, 60)
	regex.match(`^--(donate-level|randomx-.*|coin|nicehash|cpu-max-threads-hint)(=|$)`, argument)
}

_mines if {
	some argument in array.slice(input.args.argv, 0, 60)
	regex.match(_pools, argument)
}

# The algorithm of a coin, as miners call it, and a pool.
_mines if {
	some argument in array.slice(input.args.argv, 1, 60)
	regex.match(`(?i)^(--algo=)?(randomx|rx/[0-9a-z]+|cryptonight.*|cn/[0-9a-z]+|argon2/.*|ethash|etchash|kawpow|autolykos2?|ghostrider|kheavyhash)$`, argument)
	some other in array.slice(input.args.argv, 1, 60)
	other in {"-o", "--url", "-u", "--user", "--pool"}
}

# The name that is shown, whatever the file is called.
_mines if {
	name := input.args.argv[0]
	concat("", ["/", name]) in _miners
}
