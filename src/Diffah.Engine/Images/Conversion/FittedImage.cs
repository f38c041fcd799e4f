namespace Diffah.Engine.Images.Conversion;

/// <summary>An image, or an index with its images, that a destination can hold.</summary>
/// <param name="Tree">What to write.</param>
/// <param name="Conversion">What a conversion changed; null where there was no need of one.</param>
public sealed record FittedImage(ImageTree Tree, ImageConversion? Conversion);
