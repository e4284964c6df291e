/** Shell scripts of a restore. `place` is where the container has the data directory. */
import { staging } from './data-directory.ts';
import { markName, markText } from './folder-mark.ts';

/**
 * Removes what an earlier restore has unpacked, and the marks that it left; its arguments are the folders. A folder
 * that exists is complete: as it was before the restore while its replacement is still unpacked beside it, else
 * restored.
 */
export function sweepScript(place: string): string {
  const mark = markName('$folder');
  return `cd '${place}' || exit 1
for folder; do
  word=
  if [ -e "${mark}" ]; then read -r word rest < "${mark}"; fi
  if [ "$word" = restoring: ] && [ -e "$folder" ]; then
    rm -f "${mark}"
    if [ -e "${staging}/$folder" ] && [ -e "${staging}/${mark}" ]; then mv "${staging}/${mark}" "${mark}"; fi
  fi
done
rm -rf ${staging}
`;
}

/**
 * Moves the data aside and the unpacked folders into its place. Its arguments are the suffix of what is moved aside,
 * then the folders. What can fail is tried before the first move, a full disk by writing the marks; after a failure all
 * moves are undone.
 */
export function exchangeScript(place: string): string {
  const mark = markName('$folder');
  return `set -e
RESTORING='${markText('restoring')}' COMPLETE='${markText('complete')}'
cd '${place}'
suffix=$1; shift
refuse() { echo "$1" >&2; exit 1; }
undo() {
  for folder; do
    if [ ! -e "${staging}/$folder" ]; then mv "$folder" "${staging}/$folder"; fi
    if [ -e "$folder$suffix" ]; then mv "$folder$suffix" "$folder"; fi
  done
  unmark "$@"
}
unmark() {
  for folder; do
    if [ -e "${staging}/$folder" ] && [ ! -e "$folder$suffix" ]; then
      rm -f "${mark}"
      if [ -e "${staging}/${mark}" ]; then mv "${staging}/${mark}" "${mark}"; fi
    elif [ -e "$folder" ]; then rm -f "${mark}"; fi
  done
}
for folder; do
  [ -d "${staging}/$folder" ] || refuse "the backup has no folder $folder"
  [ ! -e "$folder$suffix" ] || refuse "$folder$suffix already exists"
done
for folder; do
  { [ ! -e "${mark}" ] || mv "${mark}" "${staging}/${mark}"; } &&
    printf '%s' "$RESTORING" > "${mark}" || { unmark "$@"; exit 1; }
done
for folder; do
  { [ ! -e "$folder" ] || mv "$folder" "$folder$suffix"; } &&
    mv "${staging}/$folder" "$folder" || { undo "$@"; exit 1; }
done
for folder; do printf '%s' "$COMPLETE" > "${mark}"; done
rm -rf ${staging}
sync
`;
}
