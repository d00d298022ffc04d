import Allocation
import Analysis
import ArgumentParser
import Reporting
import SupplyChain

struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Checks a certificate against its model, without a solver and without rounding.",
    discussion: """
      Examples:
        lodestone solve model.yaml --prove plan.json
        lodestone check plan.json model.yaml

      The certificate says which scenarios, settings and budget it is about. Exit codes: 0 proven (also that
      no plan exists), 1 the model or the certificate is wrong, 5 not proven.
      """)

  @Argument(help: "The certificate that `solve --prove` wrote.")
  var certificate: String

  @Argument(help: "The model file (YAML).")
  var model: String

  @Flag(name: .long, help: "Leaves out solving the bases over the rationals.")
  var quick = false

  @Flag(name: .long, help: "Prints one JSON object on standard output and nothing else.")
  var json = false

  func run() throws {
    let bytes = try bytes()
    if AnswerCertificate.isOne(bytes) { return try checkAnswers(bytes) }
    let certificate = try read(bytes)
    let allocation = try build(certificate)
    let proof = PlanProof(certificate, allocation, solvesBases: !quick)
    json ? Terminal.write(ProofReport(proof).json.text) : Terminal.show(ProofReport(proof).text)
    if !proof.isProven { throw Ending.notVerified }
  }

  private func bytes() throws -> [UInt8] {
    try orTell { try Input.bytes(certificate, atMost: PlanCertificate.largestSize) }
  }

  private func read(_ bytes: [UInt8]) throws -> PlanCertificate {
    try orTell { try PlanCertificate(bytes: bytes) }
  }

  private func orTell<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch {
      Terminal.writeError("lodestone: \(printable(certificate)): \(printable("\(error)"))\n")
      throw Ending.modelIsWrong
    }
  }

  /// The certificate of a plan against an adversary: every answer of it.
  private func checkAnswers(_ bytes: [UInt8]) throws {
    let certificate = try orTell { try AnswerCertificate(bytes: bytes) }
    let question = certificate.question
    let proof: AnswerCertificateCheck
    do {
      let document = try ModelDocument.read(path: model)
      let settings = question.settings.compactMap {
        $0.count == 2 ? Case.Setting(path: $0[0], value: $0[1]) : nil
      }
      let base = try document.model(settings: settings.map { ($0.path, $0.value) })
      guard let adversary = base.adversary else {
        Terminal.writeError("\(printable(model)): error: the model has no `adversary`\n")
        throw Ending.modelIsWrong
      }
      let objectives = try base.objectives(named: question.objectives)
      let list = try OutcomeList(
        document, against: adversary, scenarios: question.scenarios, settings: settings,
        budgetScale: question.budgetScale, objectives: objectives.isEmpty ? nil : objectives)
      proof = AnswerCertificateCheck(certificate, list)
    } catch let error as ModelErrors {
      Terminal.writeError(error.description + "\n")
      throw Ending.modelIsWrong
    }
    let report = AnswerProofReport(proof)
    json ? Terminal.write(report.json.text) : Terminal.show(report.text)
    if !proof.isProven { throw Ending.notVerified }
  }

  private func build(_ certificate: PlanCertificate) throws -> AllocationProgram {
    let question = certificate.question
    do {
      let document = try ModelDocument.read(path: model)
      var resolved = try document.model(
        scenarios: question.scenarios,
        settings: question.settings.compactMap {
          $0.count == 2 ? (path: $0[0], value: $0[1]) : nil
        }, budgetScale: question.budgetScale)
      let objectives = try resolved.objectives(named: question.objectives)
      if !objectives.isEmpty { resolved.objectives = objectives }
      return AllocationProgram(resolved, relaxed: question.isRelaxed)
    } catch {
      Terminal.writeError(error.description + "\n")
      throw Ending.modelIsWrong
    }
  }
}
