import Testing
import UserInput

@Suite("Options for reading files")
struct ReadOptionsTests {
  @Test("The reason for an option names its origin: this call, a model, or where it was filled in from")
  func reasons() {
    var own = ReadOptions(format: "csv")
    #expect(own.reason(for: .format) == "as was asked for")
    own.asked = []
    #expect(own.reason(for: .format) == "as was settled before")
    own.reasonOfOthers = "as the catalogue says"
    #expect(own.reason(for: .format) == "as the catalogue says")
    own.asked = [.format]
    #expect(own.reason(for: .format) == "as was asked for" && own.reason(for: .decimal) == "as the catalogue says")

    var other = ReadOptions()
    other.decimalMark = .comma
    let model = other.remembered(features: nil)
    #expect(model.reason(for: .decimal) == "as in the model")
    let filled = ReadOptions(format: "csv").filled(from: model)
    #expect(filled.reason(for: .format) == "as was asked for" && filled.reason(for: .decimal) == "as in the model")
  }
}
