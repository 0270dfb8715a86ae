internal import Logging

/// Answers requests from a source: everything that is not about sockets.
struct AdminResponder: Sendable {
    var guardian: AdminGuard
    var source: any AdminSource
    /// The exposition text.
    var metrics: @Sendable () async -> [UInt8]
    var actions: AuditedActions

    /// - Parameter isFirst: the connection has asked for nothing yet.
    func respond(
        to request: AdminRequest, from peer: String, isFirst: Bool
    ) async -> AdminResponse {
        if let refusal = guardian.refusal(of: request) {
            actions.refused(refusal.status, path: request.path, peer: peer)
            return refusal
        }
        if isFirst, guardian.token != nil, request.headers["authorization"] != nil {
            actions.loggedIn(peer: peer)
        }
        do throws(AdminRequestError) {
            let route = try AdminRoute(request)
            return await answer(route, peer: peer)
        } catch {
            return error.response
        }
    }

    private func answer(_ route: AdminRoute, peer: String) async -> AdminResponse {
        switch route {
        case .dashboard: return Dashboard.response
        case .metrics:
            return AdminResponse(
                200, contentType: "text/plain; version=0.0.4; charset=utf-8", body: await metrics())
        case .health: return AdminResponse(200, text: "ok")
        case .readiness:
            guard let reason = await source.unreadiness() else {
                return AdminResponse(200, text: "ready")
            }
            return AdminResponse(503, text: reason)
        case .status: return AdminResponse(await source.status())
        case .members: return AdminResponse(await source.members())
        case .rooms(let limit): return AdminResponse(await source.rooms(limit: limit))
        case .room(let code):
            guard let room = await source.room(code) else {
                return AdminResponse(404, error: "not_found", reason: "there is no room \(code)")
            }
            return AdminResponse(room)
        case .scaling: return AdminResponse(await source.scaling())
        case .scalingTrace:
            guard let trace = await source.scalingTrace() else {
                return AdminResponse(404, error: "not_found", reason: "this node runs no scaler")
            }
            return AdminResponse(
                200, contentType: "text/csv; charset=utf-8", body: Array(trace.utf8))
        case .keys: return AdminResponse(await source.keys())
        case .logLevel: return AdminResponse(LogLevelReport(level: await source.logLevel()))
        case .perform(let action):
            do throws(AdminRefusal) {
                let done = try await actions.perform(action, on: source, peer: peer)
                return AdminResponse(ActionReport(done: done))
            } catch {
                return AdminResponse(error)
            }
        }
    }
}
