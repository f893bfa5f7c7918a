"""Who talks to whom in a soak: a hundred honest peers of all patterns.

A Plan gives every peer a line for capi-tests/stress/soak/main.c, numbers the
streams of messages and the receivers' accounts of them, and names the places
that hostile peers may attack. scripts/soak runs it.
"""

# The processes. `serve` holds what is attacked; `visit` is stopped and continued; `far` is behind the lossy wire;
# the two mortal ones are killed and started again.
PROCESSES = ("serve", "visit", "far", "mortal")


class Plan:
    def __init__(self, work, near, far, port):
        self.work, self.near, self.far, self.port = work, near, far, port
        self.peers = {name: [] for name in PROCESSES}
        self.count = 0            # peers
        self.streams = {}         # number: (pattern, octets instead of messages)
        self.takings = {}         # number: (stream, rule, process)
        self.targets = []
        self.pattern = ""

    # ---- the bricks -----------------------------------------------------

    def tcp(self, host=None):
        self.port += 1
        return f"tcp://{host or self.near}:{self.port}"

    def ipc(self):
        self.port += 1
        return f"ipc://{self.work}/{self.port}"

    def inproc(self):
        self.port += 1
        return f"inproc://{self.port}"

    def stream(self, octets=False):
        number = len(self.streams) + 1
        self.streams[number] = (self.pattern, octets)
        return number

    def taking(self, stream, rule, process):
        number = len(self.takings) + 1
        self.takings[number] = (stream, rule, process)
        return f"{stream}:{number}:{rule}"

    def peer(self, process, role, zmq_type, **words):
        self.count += 1
        words = {key: value for key, value in words.items() if value not in (None, "")}
        line = " ".join(f"{key}={value}" for key, value in {"peer": self.count, "role": role, "type": zmq_type, **words}.items())
        self.peers[process].append(line)
        return self.count

    def target(self, endpoint, zmq_type, mechanism="NULL", flags="-"):
        if not endpoint.startswith("inproc"):
            self.targets.append(f"{endpoint} {zmq_type} {mechanism.upper()} {flags}")

    def place(self, transport, far=False):
        return self.tcp(self.far if far else None) if transport == "tcp" else getattr(self, transport)()

    # ---- the patterns ---------------------------------------------------

    def fan_in(self, transport, places, mech="", style="x", **more):
        """PUSHes to one PULL."""
        self.pattern = f"PUSH/PULL {transport} {mech}".strip()
        at = self.place(transport)
        takes = []
        for process in places:
            stream = self.stream()
            takes.append(self.taking(stream, "e", "serve"))
            where = self.reach(at, process)
            self.peer(process, "send", "PUSH", stream=stream, connect=where, mech=mech, style=style)
        binds = {"bind": self.everywhere(at, places)}
        self.peer("serve", "receive", "PULL", takes=",".join(takes), server=1, mech=mech, nap=1, hwm=200, **binds, **more)
        self.attackable(at, "PULL", mech)

    def fan_out(self, transport, count, mech=""):
        """One PUSH to several PULLs."""
        self.pattern = f"PUSH/PULL shared {transport} {mech}".strip()
        at, stream = self.place(transport), self.stream()
        self.peer("serve", "send", "PUSH", stream=stream, bind=at, mech=mech, server=1, burst=40)
        for _ in range(count):
            self.peer("visit", "receive", "PULL", takes=self.taking(stream, "s", "visit"), connect=at, mech=mech, hwm=50)
        self.target(at, "PUSH", mech or "NULL", "secure" if mech else "-")

    def to_mortal(self, transport):
        """PUSH to a PULL that is killed and comes back."""
        self.pattern = f"PUSH/PULL to killed {transport}"
        at, stream = self.place(transport), self.stream()
        self.peer("serve", "send", "PUSH", stream=stream, connect=at)
        self.peer("mortal", "receive", "PULL", takes=self.taking(stream, "j", "mortal"), bind=at, slow=300)

    def pub_sub(self, transport, places, mech="", rule="j", hwm=0, flags=None):
        """A PUB; `j`: no mark, so nothing is lost. `l`: a low mark, so that what is lost is counted."""
        self.pattern = f"PUB/SUB {transport} {mech}{' mark' if rule == 'l' else ''}".strip()
        at, stream = self.place(transport), self.stream()
        self.peer("serve", "send", "PUB", stream=stream, bind=self.everywhere(at, places), mech=mech, server=1, hwm=hwm,
                  burst=60 if rule == "l" else 20)
        for process in places:
            self.peer(process, "receive", "SUB", takes=self.taking(stream, rule, process), topics=f"S{stream:03}",
                      connect=self.reach(at, process), mech=mech, hwm=hwm, slow=2000 if rule == "l" else None)
        self.attackable(at, "PUB", mech, flags)

    def sub_bound(self, count, listeners):
        """PUBs that connect to a SUB, which connects to hostile servers too."""
        self.pattern = "PUB/SUB to a bound SUB"
        at = self.tcp()
        streams = [self.stream() for _ in range(count)]
        takes = ",".join(self.taking(stream, "j", "serve") for stream in streams)
        topics = ",".join(f"S{stream:03}" for stream in streams)
        hostile = [self.tcp() for _ in range(listeners)]
        self.peer("serve", "receive", "SUB", takes=takes, topics=topics, bind=at, hwm=0, nap=1,
                  **{("connect", "connect2")[i]: where for i, where in enumerate(hostile)})
        for where in hostile:
            self.target(where, "SUB", "NULL", "listen")
        for stream in streams:
            self.peer("visit", "send", "PUB", stream=stream, connect=at, hwm=0)
        self.attackable(at, "SUB", "")

    def proxied_pub_sub(self, count):
        self.pattern = "XPUB/XSUB, a proxy"
        front, back = self.tcp(), self.tcp()
        self.peer("serve", "proxy", "XSUB", type2="XPUB", bind=front, bind2=back, hwm=0)
        self.count += 1
        streams = [self.stream() for _ in range(count)]
        for stream in streams:
            self.peer("visit", "send", "PUB", stream=stream, connect=front, hwm=0)
        for process in ("serve", "visit"):
            self.peer(process, "receive", "SUB", topics="S", connect=back, hwm=0,
                      takes=",".join(self.taking(stream, "j", process) for stream in streams))
        self.attackable(front, "XSUB", "")
        self.attackable(back, "XPUB", "")

    def proxied_req_rep(self, count):
        self.pattern = "REQ/REP, a proxy"
        front, back = self.tcp(), self.ipc()
        self.peer("serve", "proxy", "ROUTER", type2="DEALER", bind=front, bind2=back)
        self.count += 1
        streams = [(self.stream(), self.stream()) for _ in range(count)]
        for asked, answered in streams:
            self.peer("visit", "req", "REQ", stream=asked, takes=self.taking(answered, "e", "visit"), connect=front)
        for process in ("serve", "visit"):
            self.peer(process, "rep", "REP", connect=back,
                      takes=",".join(self.taking(asked, "s", process) for asked, _ in streams))
        self.attackable(front, "ROUTER", "")
        self.target(back, "DEALER")

    def req_rep(self, transport, places, mech=""):
        self.pattern = f"REQ/REP {transport} {mech}".strip()
        at = self.place(transport)
        takes = []
        for process in places:
            asked, answered = self.stream(), self.stream()
            takes.append(self.taking(asked, "e", "serve"))
            self.peer(process, "req", "REQ", stream=asked, takes=self.taking(answered, "e", process),
                      connect=self.reach(at, process), mech=mech, pace=20)
        self.peer("serve", "rep", "REP", takes=",".join(takes), bind=self.everywhere(at, places), mech=mech, server=1, nap=1)
        self.attackable(at, "REP", mech)

    def dealer_router(self, transport, places, mech="", ids=()):
        self.pattern = f"DEALER/ROUTER {transport} {mech}".strip()
        at = self.place(transport)
        takes = []
        for index, process in enumerate(places):
            there, back = self.stream(), self.stream()
            takes.append(self.taking(there, "e", "serve"))
            self.peer(process, "dealer", "DEALER", stream=there, takes=self.taking(back, "e", process),
                      connect=self.reach(at, process), mech=mech, id=ids[index] if index < len(ids) else None)
        handover = 1 if "mortal" in places else None
        self.peer("serve", "router", "ROUTER", takes=",".join(takes), bind=self.everywhere(at, places), mech=mech, server=1,
                  nap=1, handover=handover)
        self.attackable(at, "ROUTER", mech)

    def shout(self, count):
        self.pattern = "ROUTER beyond its mark"
        at = self.tcp()
        streams = [self.stream() for _ in range(count)]
        ids = [f"honest{i}" for i in range(count)]
        self.peer("serve", "shout", "ROUTER", stream=streams[0], ids=",".join(ids), bind=at, hwm=50, burst=150, pace=150, style="s")
        for stream, name in zip(streams, ids):
            self.peer("visit", "receive", "DEALER", id=name, takes=self.taking(stream, "l", "visit"), connect=at, hwm=50, slow=1000)
        self.attackable(at, "ROUTER", "")

    def pair(self, transport, mech="", process="visit"):
        self.pattern = f"PAIR {transport} {mech}".strip()
        at, there, back = self.place(transport), self.stream(), self.stream()
        self.peer("serve", "pair", "PAIR", stream=there, takes=self.taking(back, "e", "serve"), bind=at, mech=mech, server=1)
        self.peer(process, "pair", "PAIR", stream=back, takes=self.taking(there, "e", process), connect=at, mech=mech)
        self.target(at, "PAIR", mech or "NULL", "secure" if mech else "-")

    def octets(self, clients):
        self.pattern = "STREAM tcp"
        at = self.tcp()
        takes = []
        for role, zmq_type in clients:
            there, back = self.stream(True), self.stream(True)
            takes.append(self.taking(there, "e", "serve"))
            self.peer("visit", role, zmq_type, stream=there, takes=self.taking(back, "e", "visit"), connect=at)
        self.peer("serve", "stream", "STREAM", takes=",".join(takes), bind=at)
        self.target(at, "STREAM", "-")

    def visitors(self, transport, count, mech=""):
        """PUSHes that come, send, close and go, with a context of their own or not."""
        self.pattern = f"PUSH that comes and goes {transport} {mech}".strip()
        at = self.place(transport)
        takes = []
        for _ in range(count):
            stream = self.stream()
            account = self.taking(stream, "e", "serve")
            takes.append(account)
            self.peer("visit", "visit", "PUSH", stream=stream, takes=account, connect=at, mech=mech, pace=200, hwm=10)
        self.peer("serve", "receive", "PULL", takes=",".join(takes), bind=at, mech=mech, server=1, hwm=10)
        self.attackable(at, "PULL", mech)

    def quiet(self, zmq_type):
        """A peer to which nobody honest talks: whether its timeouts are kept under a flood."""
        at = self.tcp()
        self.peer("serve", "receive", zmq_type, bind=at, topics="S999" if zmq_type == "SUB" else None, nap=1, hwm=100)
        self.target(at, zmq_type, "NULL", "open,quiet")

    # ---- where ----------------------------------------------------------

    def everywhere(self, at, places):
        """Bound to all addresses if somebody is far."""
        return at.replace(f"//{self.near}:", "//0.0.0.0:") if "far" in places else at

    def reach(self, at, process):
        return at.replace(f"//{self.near}:", f"//{self.far}:") if process == "far" else at

    def attackable(self, at, zmq_type, mech, flags=None):
        self.target(at, zmq_type, mech or "NULL", flags or ("secure" if mech else "open"))

    def all_peers(self, visitors=True):
        """A hundred."""
        far = ["far"] if self.far else ["visit"]
        self.peer("serve", "zap", "REP", bind="inproc://zeromq.zap.01")
        self.fan_in("tcp", ["visit", "visit", "mortal", *far], style="x")
        self.fan_in("ipc", ["visit", "visit", "mortal"], slow=500)
        self.fan_in("inproc", ["serve", "serve"])
        self.fan_in("tcp", ["visit", "visit"], "curve")
        self.fan_in("tcp", ["visit"], "plain")
        self.fan_in("tcp", ["visit"], style="l")
        self.fan_out("tcp", 3)
        self.fan_out("ipc", 2, "curve")
        self.to_mortal("tcp")
        self.to_mortal("ipc")
        self.pub_sub("tcp", ["visit", "mortal", *far], flags="-")
        self.pub_sub("tcp", ["visit", "visit"], rule="l", hwm=100, flags="open,deaf")
        self.pub_sub("ipc", ["visit"], "curve")
        self.pub_sub("inproc", ["serve", "serve"])
        self.sub_bound(2, 2)
        self.proxied_pub_sub(2)
        self.proxied_req_rep(3)
        self.req_rep("tcp", ["visit", "visit", "mortal", *far])
        self.req_rep("ipc", ["visit"], "plain")
        self.req_rep("inproc", ["serve"])
        self.req_rep("tcp", ["visit"], "curve")
        self.dealer_router("tcp", ["visit", "visit", *far], ids=("honest0", "honest1", "honest2"))
        self.dealer_router("tcp", ["visit", "mortal"], ids=("kept", "mortal"))
        self.dealer_router("ipc", ["visit"], "curve")
        self.dealer_router("inproc", ["serve", "serve"])
        self.shout(2)
        self.pair("tcp")
        self.pair("ipc")
        self.pair("inproc", process="serve")
        self.pair("tcp", "curve")
        self.octets([("client", "STREAM"), ("tcp", "-"), ("tcp", "-")])
        if visitors:
            self.visitors("tcp", 1)
            self.visitors("ipc", 1, "curve")
        for zmq_type in ("SUB", "PULL"):
            self.quiet(zmq_type)
        return self

    def line_of(self, number):
        for process, lines in self.peers.items():
            for line in lines:
                if line.startswith(f"peer={number} "):
                    words = dict(word.split("=", 1) for word in line.split())
                    where = words.get("bind") or words.get("connect")
                    return f"{words['role']} {words['type']} in {process}, {where}"
        return "?"

    def numbers_of(self, process):
        return [int(line.split()[0].removeprefix("peer=")) for line in self.peers[process]]

    def sent_by(self, process):
        """The streams that its peers begin."""
        words = [dict(word.split("=", 1) for word in line.split()) for line in self.peers[process]]
        return [int(peer["stream"]) for peer in words if "stream" in peer]

    def mortal_streams(self):
        """Those that end, and the answers to them, with the mortal process."""
        return {number for begun in self.sent_by("mortal") for number in (begun, begun + 1)}
