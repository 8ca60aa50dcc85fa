/// A finished figure with its caption.
public struct ReportFigure: Sendable, Equatable {
  /// The file's name, without the extension.
  package var name: String
  /// The figure as SVG.
  package var svg: String
  /// The measured quantity, the protocol, and the meaning of the marks.
  package var caption: String

  /// Creates a figure from its parts.
  public init(name: String, svg: String, caption: String) {
    self.name = name
    self.svg = svg
    self.caption = caption
  }
}
