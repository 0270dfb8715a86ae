import Gateway
import NIOCore
import NIOPosix
import Testing

@Suite(.timeLimit(.minutes(1))) struct PlayerListenerTests {
    @Test(arguments: ["127.0.0.1", "::1", "localhost"])
    func `all loops share the port that the kernel chose`(host: String) async throws {
        try await withListener(host: host, loops: 3) { listener in
            #expect(listener.address.port != 0)
            for _ in 0..<24 {
                let client = try await RawClient.connect(to: listener.address)
                try await client.send(
                    "GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                #expect(await client.receiveToEnd().hasPrefix("HTTP/1.1 200 OK\r\n"))
            }
            #expect(listener.total(.requests) == 24)
            // One loop of three got all: a chance of 1 in 10¹¹.
            #expect(listener.counters.filter { $0[.requests] > 0 }.count > 1)
        }
    }

    @Test func `a taken port is one clear error`() async throws {
        try await withListener(loops: 2) { first in
            let port = try #require(first.address.port)
            let error = await #expect(throws: ListenError.self) {
                _ = try await PlayerListener.start(
                    host: "127.0.0.1", port: port, group: MultiThreadedEventLoopGroup.singleton,
                    routes: Routes()
                ) { _ in ScriptedSource() }
            }
            #expect(error == .taken(address: "127.0.0.1:\(port)"))
            #expect(error?.description == "cannot listen on 127.0.0.1:\(port): the port is taken")
        }
    }

    @Test func `a host that is none is named`() async throws {
        await #expect(throws: ListenError.unknownHost("no-such-host.invalid")) {
            _ = try await PlayerListener.start(
                host: "no-such-host.invalid", port: 0,
                group: MultiThreadedEventLoopGroup.singleton, routes: Routes()
            ) { _ in ScriptedSource() }
        }
    }

    @Test func `an address of another machine is an error that names it`() async throws {
        let error = await #expect(throws: ListenError.self) {
            _ = try await PlayerListener.start(
                host: "192.0.2.1", port: 0, group: MultiThreadedEventLoopGroup.singleton,
                routes: Routes()
            ) { _ in ScriptedSource() }
        }
        #expect(error?.description.contains("192.0.2.1:0") == true)
    }
}
