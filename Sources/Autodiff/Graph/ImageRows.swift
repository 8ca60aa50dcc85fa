/// Channels, height and width of images whose values are the columns of a row: channel after channel, line after line.
public struct ImageShape: Sendable, Hashable, CustomStringConvertible {
  /// The number of channels.
  package let channels: Int
  /// The number of lines.
  package let height: Int
  /// The number of values of a line.
  package let width: Int

  /// Creates a shape from its parts.
  public init(channels: Int, height: Int, width: Int) {
    (self.channels, self.height, self.width) = (channels, height, width)
  }

  /// The number of values, channels x height x width.
  package var count: Int { channels * height * width }
  /// The shape as text, for example `3 x 28 x 28`.
  public var description: String { "\(channels) x \(height) x \(width)" }

  /// Checks that rows are images of this shape.
  ///
  /// - Throws: ``GraphError`` if they are not; `name` names the operation.
  func check(_ argument: VariableShape, _ name: String) throws {
    if min(channels, height, width) < 1 || argument.columns != count {
      throw GraphError("\(name) needs images of \(self), found \(argument.columns) columns")
    }
  }
}

/// A window that slides over an image: its side, its stride, and the zero padding around the image.
struct ImageWindow: Sendable {
  let size: Int
  let stride: Int
  var padding = 0

  /// Returns the number of positions of the window over `channels` channels; no lines if it does not fit.
  func positions(over image: ImageShape, channels: Int) -> ImageShape {
    func count(_ side: Int) -> Int { max((side + 2 * padding - size) / max(stride, 1) + 1, 0) }
    return ImageShape(channels: channels, height: count(image.height), width: count(image.width))
  }

  /// Checks that the window fits into images.
  ///
  /// - Throws: ``GraphError`` if it does not; `name` names the operation.
  func check(_ image: ImageShape, _ name: String) throws {
    if size < 1 || stride < 1 || padding < 0 {
      throw GraphError(
        "\(name) has size \(size), stride \(stride) and padding \(padding), expected at least 1, 1 and 0")
    }
    if size > min(image.height, image.width) + 2 * padding || padding >= size {
      throw GraphError("\(name) of size \(size) with padding \(padding) does not fit images of \(image)")
    }
  }
}

/// A variable whose rows are images; see ``Variable/images(channels:height:width:)``.
public struct ImageRows {
  /// The images as rows.
  public let features: Variable
  /// The shape of each.
  package let shape: ImageShape

  /// Returns the images with a function applied to each value, for example `map { $0.relu() }`.
  public func map(_ function: (Variable) -> Variable) -> ImageRows {
    ImageRows(features: function(features), shape: shape)
  }
}

extension Variable {
  /// Returns this variable with each row taken as an image, channel after channel and line after line.
  ///
  /// A wrong number of columns is reported by the operation that reads the images.
  public func images(channels: Int, height: Int, width: Int) -> ImageRows {
    ImageRows(features: self, shape: ImageShape(channels: channels, height: height, width: width))
  }
}
