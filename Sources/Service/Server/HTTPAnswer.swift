/// Answers of the page's server; each ends its connection.
enum HTTPAnswer {
  static func refusal(_ status: Int, _ words: String) -> [UInt8] {
    let reasons = [
      400: "Bad Request", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
      431: "Request Header Fields Too Large", 503: "Service Unavailable",
    ]
    return answer(
      "\(status) \(reasons[status] ?? "Error")", "text/plain; charset=utf-8",
      Array((words + "\n").utf8), [])
  }

  /// - Parameter host: as the browser names it, for its WebSocket.
  static func file(_ file: PageFiles.File, host: String) -> [UInt8] {
    answer(
      "200 OK", file.type, file.bytes,
      [
        "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
          + "img-src data: blob:; connect-src ws://\(host); base-uri 'none'; form-action 'none'; "
          + "frame-ancestors 'none'"
      ])
  }

  static func upgrade(_ key: String) -> [UInt8] {
    Array(
      ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        + "Sec-WebSocket-Accept: \(WebSocketFrames.accept(key))\r\n\r\n").utf8)
  }

  private static func answer(
    _ status: String, _ type: String, _ body: [UInt8], _ fields: [String]
  ) -> [UInt8] {
    let head =
      ["HTTP/1.1 \(status)", "Content-Type: \(type)", "Content-Length: \(body.count)"]
      + fields
      + [
        "Cache-Control: no-store", "Referrer-Policy: no-referrer",
        "X-Content-Type-Options: nosniff", "Cross-Origin-Resource-Policy: same-origin",
        "Connection: close",
      ]
    return Array((head.joined(separator: "\r\n") + "\r\n\r\n").utf8) + body
  }
}
