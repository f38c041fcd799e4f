namespace Diffah.Engine.Images;

/// <summary>A source whose reference may come to mean another image while it is read: a tag.</summary>
public interface ITaggedSource : IImageSource
{
    /// <summary>True where the reference is known to mean another image now than when the source was opened.</summary>
    /// <param name="cancellationToken">Stops the question.</param>
    /// <exception cref="Diagnostics.DiffahException">Nobody could be asked.</exception>
    Task<bool> HasMovedAsync(CancellationToken cancellationToken);
}
