namespace Diffah.Engine.Compression;

/// <summary>
/// A compressed stream that whoever follows a recipe has too: what its encoder decided tells much of what another one
/// decided on a similar content.
/// </summary>
/// <param name="OpenStream">Opens the compressed stream, which can seek; the caller disposes of it.</param>
/// <param name="OpenContent">Opens its content, which can seek; the caller disposes of it.</param>
internal sealed record RecipeReference(Func<Stream> OpenStream, Func<Stream> OpenContent);
