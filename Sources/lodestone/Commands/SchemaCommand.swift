import ArgumentParser
import Reporting

struct Schema: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Prints the JSON Schema of model files, for editors and validators.",
    discussion: """
      Examples:
        lodestone schema > lodestone.schema.json
        lodestone schema --markdown > format-reference.md

      An editor with a YAML language server completes and checks a model whose first line is
        # yaml-language-server: $schema=lodestone.schema.json
      """)

  @Flag(name: .long, help: "Prints the reference of the format in Markdown instead.")
  var markdown = false

  func run() throws {
    Terminal.write(markdown ? FormatReference.markdown : FormatSchema.json.text)
  }
}
