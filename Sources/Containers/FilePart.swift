import MILBags
import UserInput

/// An array of a file: its place, for errors, and its content.
package struct FilePart<Content> {
  package let file: String
  package let field: String
  package let content: Content

  package init(file: String, field: String, content: Content) {
    (self.file, self.field, self.content) = (file, field, content)
  }

  package func error(found: String, expected: String) -> ReadError {
    ReadError(file: file, at: .field(field), found: found, expected: expected)
  }
}
