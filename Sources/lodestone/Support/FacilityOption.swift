import Reporting
import SupplyChain

/// `--facility`: an id, or a name as tables print it.
enum FacilityOption {
  static func index(_ text: String, in model: Model) throws -> Int {
    do throws(FacilityName.NotFound) {
      return try FacilityName.find(text, in: model)
    } catch {
      var words = "lodestone: --facility: "
      words +=
        error.isAmbiguous
        ? "several facilities have '\(printable(text))' in their names"
        : "the model has no facility '\(printable(text))'"
      let all = error.suggestions.map(printable)
      if all.count == 1 {
        words += "; did you mean \(all[0])?"
      } else if !all.isEmpty {
        words += "; did you mean one of these?\n  " + all.joined(separator: "\n  ")
      } else {
        words += "; `lodestone describe` lists them"
      }
      Terminal.writeError(words + "\n")
      throw Ending.usage
    }
  }
}
