namespace Diffah.Engine.Images;

/// <summary>A source that knows the name of its image, or a part of it.</summary>
internal interface INamedSource : IImageSource
{
    /// <summary>The image's name.</summary>
    ImageTitle Title { get; }
}

/// <summary>The name of an image.</summary>
/// <param name="Repository">The repository with its host; null where it is not known.</param>
/// <param name="Tag">The tag; null where it is not known.</param>
internal sealed record ImageTitle(string? Repository, string? Tag)
{
    /// <summary>Nothing is known.</summary>
    public static ImageTitle None { get; } = new(null, null);

    /// <summary>What a source knows.</summary>
    public static ImageTitle Of(IImageSource source) => (source as INamedSource)?.Title ?? None;

    /// <summary>Takes a name apart.</summary>
    /// <param name="name"><c>REPOSITORY:TAG</c>, or null.</param>
    public static ImageTitle Parse(string? name)
    {
        var colon = name?.LastIndexOf(':') ?? -1;
        return colon > name?.LastIndexOf('/') ? new ImageTitle(name[..colon], name[(colon + 1)..]) : None;
    }
}
