using System.Collections.Immutable;

namespace Diffah.Engine.Transports.Registry.Auth;

/// <summary>What an authorization must allow (distribution's "token scope").</summary>
internal sealed class RegistryScopes
{
    private RegistryScopes(string repository, params ImmutableArray<string> values) => (Repository, Values) = (repository, values);

    /// <summary>The repository whose credentials count.</summary>
    public string Repository { get; }

    /// <summary>One scope a repository.</summary>
    public ImmutableArray<string> Values { get; }

    /// <summary>What tells these scopes from others.</summary>
    public string Key => string.Join(' ', Values);

    public static RegistryScopes Pull(string repository) => new(repository, $"repository:{repository}:pull");

    public static RegistryScopes Push(string repository) => new(repository, $"repository:{repository}:pull,push");

    /// <summary>To push to one repository what another one has.</summary>
    public static RegistryScopes Mount(string repository, string from) => new(repository, $"repository:{repository}:pull,push", $"repository:{from}:pull");

    /// <summary>The values, and what a challenge asks for besides.</summary>
    public IEnumerable<string> With(string? challenged) => challenged is null ? Values : Values.Union(challenged.Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
