using System.CommandLine;

namespace Diffah.Cli.Options;

/// <summary>An argument that is the path of a file.</summary>
internal sealed class PathArgument(string name) : Argument<string>(name);
