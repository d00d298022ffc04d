import TestSupport
import Testing

/// The live page. What a browser is needed for is in `Tests/Live`.
struct ServeCommandTests {
  private let folder: TemporaryFolder
  private let model = Repository.path("Models/tutorial.yaml")

  init() throws { folder = try TemporaryFolder() }

  private func check(_ script: String) throws {
    let result = try Program.shell(
      "\"$1\" \"$2\" \"$3\" \"$4\" 2>&1",
      arguments: [
        Installed.python, Repository.path("Tests/Live/\(script)"), Program.path, model,
      ], in: folder)
    #expect(result.code == 0, "\(result.output)")
  }

  @Test func `The server refuses what is not the page's, and outlives its sessions`() throws {
    try check("check_server.py")
  }

  @Test(.needsChartLibrary, .needsBrowser)
  func `Every control of the page does what it says, and so do random ones`() throws {
    try check("check_page.py")
  }

  @Test func `A wrong model, address or option is told before anything is served`() throws {
    let broken = try folder.write("broken.yaml", "lodestone: 1\nname: x\n")
    #expect(try Program.run(["serve", broken], in: folder).code == 1)
    for options in [
      ["--address", "nowhere"], ["--most-seconds", "-1"], ["--windows", "0"], ["--port", "x"],
    ] {
      #expect(try Program.run(["serve", model] + options, in: folder).code == 2, "\(options)")
    }
    for every in ["0.0.0.0", "::"] {
      let refused = try Program.run(["serve", model, "--address", every], in: folder)
      #expect(refused.code == 2)
      #expect(refused.errors.contains("name the address that others use"), "\(refused.errors)")
    }
  }
}
