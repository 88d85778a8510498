"""ATT&CK techniques by the names that Tracee's signatures give them.

Tracee writes "Defense Evasion: Debugger Evasion", findings carry T1622. Names and ids are
those of ATT&CK for Enterprise, version 17, as far as they apply to Linux and containers; a name
that stands for a technique of several parents is left out.
"""

import re

_ID = re.compile(r"TA?\d{4}(?:\.\d{3})?")

_TECHNIQUES = """
T1003 OS Credential Dumping
T1003.007 Proc Filesystem
T1005 Data from Local System
T1014 Rootkit
T1016 System Network Configuration Discovery
T1021 Remote Services
T1021.004 SSH
T1027 Obfuscated Files or Information
T1027.002 Software Packing
T1033 System Owner/User Discovery
T1036 Masquerading
T1036.005 Match Legitimate Resource Name or Location
T1037 Boot or Logon Initialization Scripts
T1037.004 RC Scripts
T1040 Network Sniffing
T1041 Exfiltration Over C2 Channel
T1046 Network Service Discovery
T1048 Exfiltration Over Alternative Protocol
T1049 System Network Connections Discovery
T1053 Scheduled Task/Job
T1053.003 Cron
T1055 Process Injection
T1055.008 Ptrace System Calls
T1055.009 Proc Memory
T1057 Process Discovery
T1059 Command and Scripting Interpreter
T1059.004 Unix Shell
T1059.006 Python
T1068 Exploitation for Privilege Escalation
T1070 Indicator Removal
T1070.004 File Deletion
T1071 Application Layer Protocol
T1078 Valid Accounts
T1082 System Information Discovery
T1083 File and Directory Discovery
T1098 Account Manipulation
T1098.004 SSH Authorized Keys
T1105 Ingress Tool Transfer
T1106 Native API
T1136 Create Account
T1190 Exploit Public-Facing Application
T1203 Exploitation for Client Execution
T1204 User Execution
T1210 Exploitation of Remote Services
T1211 Exploitation for Defense Evasion
T1212 Exploitation for Credential Access
T1222 File and Directory Permissions Modification
T1480 Execution Guardrails
T1485 Data Destruction
T1486 Data Encrypted for Impact
T1489 Service Stop
T1496 Resource Hijacking
T1497 Virtualization/Sandbox Evasion
T1498 Network Denial of Service
T1499 Endpoint Denial of Service
T1518 Software Discovery
T1525 Implant Internal Image
T1526 Cloud Service Discovery
T1528 Steal Application Access Token
T1542 Pre-OS Boot
T1543 Create or Modify System Process
T1543.002 Systemd Service
T1546 Event Triggered Execution
T1546.004 Unix Shell Configuration Modification
T1547 Boot or Logon Autostart Execution
T1547.006 Kernel Modules and Extensions
T1548 Abuse Elevation Control Mechanism
T1548.001 Setuid and Setgid
T1548.003 Sudo and Sudo Caching
T1552 Unsecured Credentials
T1552.001 Credentials In Files
T1552.004 Private Keys
T1552.007 Container API
T1553 Subvert Trust Controls
T1555 Credentials from Password Stores
T1556 Modify Authentication Process
T1556.003 Pluggable Authentication Modules
T1562 Impair Defenses
T1562.001 Disable or Modify Tools
T1564 Hide Artifacts
T1564.001 Hidden Files and Directories
T1565 Data Manipulation
T1567 Exfiltration Over Web Service
T1571 Non-Standard Port
T1572 Protocol Tunneling
T1574 Hijack Execution Flow
T1574.006 Dynamic Linker Hijacking
T1595 Active Scanning
T1601 Modify System Image
T1609 Container Administration Command
T1610 Deploy Container
T1611 Escape to Host
T1612 Build Image on Host
T1613 Container and Resource Discovery
T1619 Cloud Storage Object Discovery
T1620 Reflective Code Loading
T1622 Debugger Evasion
"""

_BY_NAME = {
    name.lower(): identifier
    for identifier, name in (line.split(" ", 1) for line in _TECHNIQUES.strip().splitlines())
}


def techniques(said: str) -> list[str]:
    """The ids of the techniques that *said* names, such as T1622 for "Defense Evasion: Debugger Evasion".

    An id in the text counts as such. Nothing is made of a name that is not known.
    """
    written = _ID.findall(said)
    if written:
        return list(dict.fromkeys(written))
    # The most special part that is known, from the right: "Tactic: Technique: Sub-technique".
    for part in reversed(said.split(":")):
        identifier = _BY_NAME.get(part.strip().lower())
        if identifier:
            return [identifier]
    return []
