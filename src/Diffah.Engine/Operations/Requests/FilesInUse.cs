using Diffah.Engine.Content;
using Diffah.Engine.Content.Volumes;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;

namespace Diffah.Engine.Operations.Requests;

/// <summary>
/// What an operation reads. Its outputs are held against it before anything is written, so that overwriting, however
/// much it is allowed, never destroys an input.
/// </summary>
internal sealed class FilesInUse
{
    private readonly List<Input> _inputs = [];
    private readonly ITransportCatalog? _transports;

    /// <param name="others">Absolute paths of files that the command has read by itself.</param>
    /// <param name="transports">Where images are, and which files are read for that; null where the operation has no
    /// images.</param>
    public FilesInUse(IEnumerable<string> others, ITransportCatalog? transports = null)
    {
        _transports = transports;
        foreach (var path in others)
            Add("a file that the command reads", path);
        foreach (var path in transports?.FilesInUse ?? [])
            Add("a file of credentials or certificates", path);
    }

    /// <summary>Adds a file.</summary>
    /// <param name="what">What it is to the user, with its article.</param>
    /// <param name="path">Its path; null, and what is no path (the URI of a key), is left out.</param>
    public void Add(string what, string? path)
    {
        // A device such as /dev/null keeps nothing that could be lost.
        if (path is not null && Path.IsPathFullyQualified(path) && new FilePlace(path) is var place
            && !RealPath.IsIn(place.RealPath, "/dev"))
            _inputs.Add(new Input(what, path, place, null, null));
    }

    /// <summary>Adds a delta archive that is read, with all its volumes.</summary>
    /// <param name="path">Its path, or what means standard input.</param>
    public void AddArchive(string path)
    {
        foreach (var file in StandardStreams.AreMeant(path) ? [path] : VolumeNames.FilesOf(path))
            Add("the archive", file);
    }

    /// <summary>Adds an image; one of a registry is no file.</summary>
    /// <param name="what">What it is to the user, with its article.</param>
    /// <param name="image">The image, or null.</param>
    public void Add(string what, ImageReference? image)
    {
        if (image is { IsFile: true, IsStandardStream: false })
            _inputs.Add(new Input(what, image.ToString(), new FilePlace(image.Path), image, FolderOf(image)));
    }

    /// <summary>Refuses an output file that is in use.</summary>
    /// <param name="path">Absolute path of the output, or what means standard output, which may go to a file.</param>
    /// <exception cref="DiffahException">OutputIsInput, naming both.</exception>
    public void RequireFree(string path)
    {
        if (!StandardStreams.AreMeant(path))
            RequireFree(path, path);
        else if (_transports?.Streams.OutputFile is { } file)
            RequireFree(file, "standard output");
    }

    /// <summary>
    /// Refuses a destination that is in use. A layout that is read from may take another image: nothing that is read is
    /// replaced.
    /// </summary>
    /// <param name="destination">The destination.</param>
    /// <param name="cancellationToken">Stops the look into a layout.</param>
    /// <exception cref="DiffahException">OutputIsInput, naming both; what reading a layout throws.</exception>
    public async Task RequireFreeAsync(ImageReference destination, CancellationToken cancellationToken)
    {
        if (!destination.IsFile)
            return;
        if (destination.IsStandardStream)
        {
            RequireFree(destination.Path);
            return;
        }
        if (FolderOf(destination) is not { } folder)
        {
            RequireFree(destination.Path, destination.ToString());
            return;
        }
        foreach (var input in _inputs)
        {
            if (folder.Owns(input.Place.RealPath))
                throw new DiffahException(
                    DiffahErrors.OutputIsInput, $"The output '{destination}' would replace {input}, which is read.");
            if (input.Folder is { } read && read.IsSameAs(folder)
                && !await AreApartAsync(input.Image!, destination, cancellationToken))
                throw IsInput(destination.ToString(), input);
        }
    }

    private void RequireFree(string path, string shown)
    {
        var output = new FilePlace(path);
        foreach (var input in _inputs)
        {
            if (input.Place.IsSameAs(output))
                throw IsInput(shown, input);
            if (output.Exists && input.Folder is { } folder && folder.Owns(output.RealPath))
                throw new DiffahException(
                    DiffahErrors.OutputIsInput, $"The output '{shown}' is a file of {input}, which is read.");
        }
    }

    /// <summary>True where a layout keeps what is read under another name than what is written.</summary>
    private async Task<bool> AreApartAsync(
        ImageReference read, ImageReference written, CancellationToken cancellationToken)
    {
        if (read.Transport != written.Transport || !read.Traits.HoldsSeveral || written.Name is null
            || read.Name == written.Name)
            return false;
        // Without a name the only image is read, whatever it is called.
        return read.Name is not null
            || !(await ((IImageLister)_transports!.Get(read)).ListImagesAsync(read, cancellationToken))
                .Contains(written.Name);
    }

    private ImageFolder? FolderOf(ImageReference image) => _transports?.Get(image).FolderOf(image);

    private static DiffahException IsInput(string output, Input input) =>
        new(DiffahErrors.OutputIsInput, $"The output '{output}' is the same as {input}, which is read.");

    private sealed record Input(string What, string Shown, FilePlace Place, ImageReference? Image, ImageFolder? Folder)
    {
        public override string ToString() => $"{What} '{Shown}'";
    }
}
