using System.CommandLine;

namespace Diffah.Cli.Options;

/// <summary>An argument that is an image reference.</summary>
internal sealed class ImageArgument(string name) : Argument<string>(name);
