import MILBags
import UserInput

/// Texts that look alike but differ in their characters: an accented letter, and a letter with a combining accent.
enum UnicodeForms {
  /// Returns the error about a bag's id in two forms.
  static func error(_ id: String, file: String, at place: ReadError.Place?) -> ReadError {
    ReadError(
      file: file, at: place,
      found:
        "the bag id \(ReadError.quoted(id.utf8)) in two forms of Unicode, with accents in the letters and beside them",
      expected: "one form, as unicodedata.normalize('NFC', id) gives it")
  }
}
