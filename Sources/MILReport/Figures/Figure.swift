/// A finished figure with what a reader needs to understand it.
public struct Figure: Sendable, Equatable {
  /// The file's name, without the extension.
  public var name: String
  /// The figure.
  public var svg: String
  /// What was measured, under which protocol, and what the marks mean.
  public var caption: String

  /// A figure from its parts.
  public init(name: String, svg: String, caption: String) {
    self.name = name
    self.svg = svg
    self.caption = caption
  }
}
