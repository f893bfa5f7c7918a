// What a Java program does with jzmq, the JNI binding of the C library.

import java.nio.file.Files;
import java.nio.file.Paths;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;

import org.zeromq.ZMQ;
import org.zeromq.ZMQException;

public class Features {
    interface Test {
        void run(ZMQ.Context context) throws Exception;
    }

    static void same(Object found, Object expected) {
        if (!found.equals(expected)) {
            throw new AssertionError(found + " instead of " + expected);
        }
    }

    static int port;

    /** A socket on a free port, which `port` then is. */
    static ZMQ.Socket bound(ZMQ.Context context, int type) {
        ZMQ.Socket socket = context.socket(type);
        port = socket.bindToRandomPort("tcp://127.0.0.1");
        return socket;
    }

    /** A socket connected to what was bound last. */
    static ZMQ.Socket connected(ZMQ.Context context, int type) {
        ZMQ.Socket socket = context.socket(type);
        socket.connect("tcp://127.0.0.1:" + port);
        return socket;
    }

    static void reqAndRep(ZMQ.Context context) {
        ZMQ.Socket rep = bound(context, ZMQ.REP), req = connected(context, ZMQ.REQ);
        for (int number = 0; number < 500; number++) {
            req.send("question " + number);
            same(rep.recvStr(), "question " + number);
            rep.sendMore("answer");
            rep.send(new byte[number * 20], 0);
            same(req.recvStr(), "answer");
            same(req.hasReceiveMore(), true);
            same(req.recv(0).length, number * 20);
        }
        req.close();
        rep.close();
    }

    static void errnoSurvivesIntoExceptions(ZMQ.Context context) {
        ZMQ.Socket rep = bound(context, ZMQ.REP), req = connected(context, ZMQ.REQ);
        same(rep.recv(ZMQ.DONTWAIT) == null, true);
        try {
            req.recv();
            throw new AssertionError("no EFSM");
        } catch (ZMQException error) {
            same((long) error.getErrorCode(), ZMQ.Error.EFSM.getCode());
        }
        try {
            req.connect("nonsense://127.0.0.1:1");
            throw new AssertionError("no EPROTONOSUPPORT");
        } catch (ZMQException error) {
            same(error.getErrorCode(), 93);
        }
        req.close();
        rep.close();
    }

    static void aPollerOfTwo(ZMQ.Context context) {
        ZMQ.Socket pull = bound(context, ZMQ.PULL), push = connected(context, ZMQ.PUSH);
        ZMQ.Socket xpub = bound(context, ZMQ.XPUB), sub = connected(context, ZMQ.SUB);
        sub.subscribe("wanted".getBytes());
        same(Arrays.equals(xpub.recv(), "\1wanted".getBytes()), true);
        for (int number = 0; number < 100; number++) {
            push.send("" + number);
            xpub.send("other " + number);
            xpub.send("wanted " + number);
        }
        ZMQ.Poller poller = new ZMQ.Poller(2);
        poller.register(pull, ZMQ.Poller.POLLIN);
        poller.register(sub, ZMQ.Poller.POLLIN);
        int tasks = 0, updates = 0;
        while (tasks < 100 || updates < 100) {
            poller.poll(-1);
            if (poller.pollin(0)) {
                same(pull.recvStr(), "" + tasks++);
            }
            if (poller.pollin(1)) {
                same(sub.recvStr(), "wanted " + updates++);
            }
        }
        same(poller.poll(10), 0);
        for (ZMQ.Socket socket : new ZMQ.Socket[] {pull, push, xpub, sub}) {
            socket.close();
        }
    }

    static void threadsBehindAProxy(ZMQ.Context context) throws Exception {
        ZMQ.Context inner = ZMQ.context(1);
        ZMQ.Socket front = bound(inner, ZMQ.ROUTER), back = inner.socket(ZMQ.DEALER);
        back.bind("inproc://workers");
        Thread[] workers = new Thread[4];
        for (int at = 0; at < workers.length; at++) {
            workers[at] = new Thread(() -> {
                ZMQ.Socket rep = inner.socket(ZMQ.REP);
                rep.connect("inproc://workers");
                try {
                    while (true) {
                        rep.send(rep.recvStr().toUpperCase());
                    }
                } catch (ZMQException error) {
                    rep.close();
                }
            });
            workers[at].start();
        }
        String at = "tcp://127.0.0.1:" + port;
        Thread proxy = new Thread(() -> {
            try {
                ZMQ.proxy(front, back, null);
            } catch (ZMQException error) {
                // The context is over.
            }
            front.setLinger(0);
            front.close();
            back.setLinger(0);
            back.close();
        });
        proxy.start();
        Thread[] clients = new Thread[4];
        int[] answers = new int[clients.length];
        for (int who = 0; who < clients.length; who++) {
            int name = who;
            clients[who] = new Thread(() -> {
                ZMQ.Socket req = context.socket(ZMQ.REQ);
                req.connect(at);
                for (int number = 0; number < 100; number++) {
                    req.send("client " + name + " asks " + number);
                    same(req.recvStr(), "CLIENT " + name + " ASKS " + number);
                    answers[name]++;
                }
                req.close();
            });
            clients[who].start();
        }
        for (Thread client : clients) {
            client.join();
        }
        same(Arrays.toString(answers), "[100, 100, 100, 100]");
        inner.term();
        proxy.join();
        for (Thread worker : workers) {
            worker.join();
        }
    }

    static void optionsAreWhatTheyWereSetTo(ZMQ.Context context) {
        ZMQ.Socket dealer = context.socket(ZMQ.XREQ);
        same(dealer.getType(), ZMQ.DEALER);
        dealer.setSndHWM(7);
        same(dealer.getSndHWM(), 7L);
        dealer.setMaxMsgSize(1L << 40);
        same(dealer.getMaxMsgSize(), 1L << 40);
        dealer.setIdentity("somebody".getBytes());
        same(new String(dealer.getIdentity()), "somebody");
        dealer.setReceiveTimeOut(10);
        same(dealer.recv() == null, true);
        dealer.close();
    }

    static void announce() throws Exception {
        // The library is there once it has been asked for something.
        String version = ZMQ.getVersionString();
        TreeSet<String> paths = new TreeSet<>();
        for (String line : Files.readAllLines(Paths.get("/proc/self/maps"))) {
            if (line.contains("/libzmq")) {
                paths.add(line.substring(line.indexOf('/')));
            }
        }
        System.out.println("client 3.1.0");
        System.out.println("library " + version + " " + String.join(" ", paths));
    }

    public static void main(String[] words) throws Exception {
        Map<String, Test> tests = new LinkedHashMap<>();
        tests.put("req_and_rep", Features::reqAndRep);
        tests.put("errno_survives_into_exceptions", Features::errnoSurvivesIntoExceptions);
        tests.put("a_poller_of_two", Features::aPollerOfTwo);
        tests.put("threads_behind_a_proxy", Features::threadsBehindAProxy);
        tests.put("options_are_what_they_were_set_to", Features::optionsAreWhatTheyWereSetTo);
        announce();
        boolean failed = false;
        for (Map.Entry<String, Test> test : tests.entrySet()) {
            try {
                ZMQ.Context context = ZMQ.context(1);
                test.getValue().run(context);
                context.term();
                System.out.println("ok " + test.getKey());
            } catch (Throwable problem) {
                System.out.println("FAIL " + test.getKey() + " " + problem);
                problem.printStackTrace(System.out);
                failed = true;
            }
        }
        Runtime.getRuntime().halt(failed ? 1 : 0);
    }
}
