using Diffah.Engine.Oci;

namespace Diffah.Engine.Images.Conversion;

/// <summary>A layer before and after a conversion.</summary>
/// <param name="Before">Its descriptor in the image as it is.</param>
/// <param name="After">Its descriptor in the converted image.</param>
/// <param name="Path">Absolute path of the file with its bytes; null where the image's own source has them.</param>
internal sealed record ConvertedBlob(Descriptor Before, Descriptor After, string? Path);
