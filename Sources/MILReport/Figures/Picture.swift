import CPNG
import Foundation

/// An image of bytes, grey or in colour, for figures.
package struct Picture: Sendable, Equatable {
  /// The number of pixels in a line.
  package let width: Int
  /// The number of lines.
  package let height: Int
  /// 1 for grey, 3 for red, green and blue.
  package let channels: Int
  /// The pixels line by line, with the channels of each side by side.
  package let pixels: [UInt8]

  /// Creates an image from its parts; nil if the number of pixels does not match the size, or for other channels.
  package init?(width: Int, height: Int, channels: Int, pixels: [UInt8]) {
    guard [1, 3].contains(channels), (1...4096).contains(width), (1...4096).contains(height),
      pixels.count == width * height * channels
    else { return nil }
    (self.width, self.height, self.channels, self.pixels) = (width, height, channels, pixels)
  }

  /// The image as a PNG file; nil if it cannot be written.
  ///
  /// Source: ISO/IEC 15948, Portable Network Graphics; written by libpng.
  package var png: [UInt8]? {
    var size = 0
    let (width, height, channels) = (Int32(width), Int32(height), Int32(channels))
    guard cpng_write(width, height, channels, pixels, nil, &size) == 1, size > 0 else { return nil }
    var file = [UInt8](repeating: 0, count: size)
    guard cpng_write(width, height, channels, pixels, &file, &size) == 1 else { return nil }
    return Array(file.prefix(size))
  }

  /// The PNG file as a data address; nil if it cannot be written.
  var address: String? { png.map { "data:image/png;base64," + Data($0).base64EncodedString() } }
}
