/*
 * How python3, node and perl ask. Each program gets mode, scheme, host, port and path as arguments, prints a status
 * line, "connected" in tcp mode, or one line of error, and ends with 0 whatever it found. None may hold a single quote:
 * the reach script carries them in single quotes.
 */

/** One HTTP request over a plain connection; arguments: path, host and port. */
export const REQUEST = `GET %s HTTP/1.1\\r\\nHost: %s\\r\\nUser-Agent: testcar-gate\\r\\nConnection: close\\r\\n\\r\\n`;

export const PYTHON = `
import socket, ssl, sys
mode, scheme, host, port, path = sys.argv[1:]
try:
    s = socket.create_connection((host, int(port)), 4)
    if mode == "tcp":
        print("connected")
        sys.exit(0)
    if scheme == "https":
        s = ssl._create_unverified_context().wrap_socket(s, server_hostname=host)
    s.sendall(("${REQUEST}" % (path, host + ":" + port)).encode("latin-1"))
    print(s.makefile("rb").readline().decode("latin-1").strip())
except OSError as e:
    print(e)
`;

export const NODE = `
const [mode, scheme, host, port, path] = process.argv.slice(1);
const end = (line) => { console.log(line); process.exit(0); };
setTimeout(() => end("timed out"), 4000);
if (mode === "tcp") {
  require("net").connect({ host, port }, () => end("connected")).on("error", (e) => end(e.code || e.message));
} else {
  require(scheme)
    .get({ host, port, path, rejectUnauthorized: false, headers: { "User-Agent": "testcar-gate" } }, (r) => end("HTTP/" + r.httpVersion + " " + r.statusCode))
    .on("error", (e) => end(e.code || e.message));
}
`;

export const PERL = `
my ($mode, $scheme, $host, $port, $path) = @ARGV;
my $class = eval { require IO::Socket::IP; 1 } ? "IO::Socket::IP" : do { require IO::Socket::INET; "IO::Socket::INET" };
my $s = $class->new(PeerAddr => $host, PeerPort => $port, Proto => "tcp", Timeout => 4);
if (!$s) { print "$@"; exit 0 }
if ($mode eq "tcp") { print "connected"; exit 0 }
$SIG{ALRM} = sub { print "timed out"; exit 0 };
alarm 4;
printf $s "${REQUEST}", $path, "$host:$port";
print scalar <$s>;
`;
